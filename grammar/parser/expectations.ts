/** What the grammar wants at each of its places, in words: chevrotain's own messages list every alternative. */
import type { IParserErrorMessageProvider } from "chevrotain";

/** Handed to chevrotain as `ERR_MSG`; it comes back as the message of the error. */
export interface Expectation {
  readonly ERR_MSG: string;
}

const want = (ERR_MSG: string): Expectation => ({ ERR_MSG });

export const STATEMENT = want("a statement");
export const NAME = want("a name");
export const NODE_NAME = want("the name of a node");
export const POD_NAME = want("the name of a pod");
export const ADDRESS = want("an address");
export const RANGE = want("a range such as `10.1.0.0/16`");
export const ADDRESS_6 = want("an IPv6 address");
export const CLOSING_BRACKET = want("`]`");
export const ITEM = want("a name, an address or a range");
export const BACKEND = want("a backend: a pod, a group of pods or an address");
export const PORT = want("a port or a protocol");
export const ARROW = want("`->`");
export const EQUALS = want("`=`");
export const OPENING_BRACE = want("`{`");
export const CLOSING_BRACE = want("`}`");
export const DEVICE = want("the name of an interface");
export const BODY = want("`-> BACKENDS` or `{ … }`");
export const SERVICE_ITEM = want("a port line or an option");
export const SETTING = want("a setting");
export const NETWORK = want("`host-gw`, `vxlan` or `none`");
export const GATEWAY = want("`link-local`, `proxy-arp` or `address`");
export const NODEPORTS = want("`primary`, `all` or a range");
export const NUMBER = want("a number");
export const CLIENT = want("`client DURATION`");
export const DURATION = want("a duration such as `3h`");
export const LOCAL = want("`local`");
export const MARK = want("a mark, VALUE or VALUE/MASK");
export const PATH = want("a path in double quotes");
export const VERB = want("`allow`, `deny` or `reject`");

const said = (options: { customUserDescription?: string }): string => options.customUserDescription ?? "";

export const expectationsAsMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: () => "",
  buildNotAllInputParsedMessage: () => "",
  buildNoViableAltMessage: said,
  buildEarlyExitMessage: said,
};

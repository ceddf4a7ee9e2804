import { formatPorts, type PortRange } from "../address/port.ts";
import type { TranslationBackend } from "../plan/plan.ts";

/** Whether the backend listens on another port than the one that was `asked` for. */
export const isMoved = (asked: PortRange | null, { port }: TranslationBackend): boolean =>
  asked !== null && port !== null && port.first !== asked.first;

/** Where the backend listens: one whose port stays does on the port that was `asked` for. */
export function backendText(asked: PortRange | null, { address, port }: TranslationBackend): string {
  const ports = port ?? asked;
  return ports === null ? address.text : `${address.text} ${formatPorts(ports)}`;
}

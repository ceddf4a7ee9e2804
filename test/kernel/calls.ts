/**
 * Counts the calls that a script makes, looks around at each, or kills it at one: in its PATH every command of the machine is a
 * wrapper. Whatever a script comes to call is therefore counted, unless the shell does it by itself.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** Before the tool has done anything, or after it has done all. */
export type When = "before" | "after";

export type Act =
  /** Calls are counted from 1. All that the script has started dies with it. */
  | { readonly kind: "kill"; readonly when: When; readonly call: number }
  /** At each call a script of its own prints what it sees. */
  | { readonly kind: "look"; readonly when: When; readonly script: string };

export interface Calls {
  /** Each call's command with its arguments, up to that at which the script was killed. */
  readonly calls: readonly string[];
  /** What was seen at each. */
  readonly seen: readonly string[];
}

export interface Counter {
  /** The PATH in which everything is a wrapper. */
  readonly path: string;
  /** What one run needs in its environment. */
  readonly begin: (act?: Act) => NodeJS.ProcessEnv;
  /** Of the run with that environment, which is over. */
  readonly end: (run: NodeJS.ProcessEnv) => Calls;
}

/** Where a script that adds to its PATH looks. */
const FOLDERS = ["/usr/sbin", "/usr/bin"];

/** A call takes the first free number, by making the file of that name; `last` says where to start looking. */
const wrapper = (folders: readonly string[]): string => `#!/bin/sh
n=1
{ read -r n <"$NETC_CALLS/last"; } 2>/dev/null || n=1
set -C
until printf '%s\\n' "\${0##*/} $*" >"$NETC_CALLS/$n"; do n=$((n + 1)); done 2>/dev/null
set +C
echo "$n" >"$NETC_CALLS/last"
for folder in ${folders.join(" ")}; do
  tool=$folder/\${0##*/}
  if [ -x "$tool" ]; then break; fi
done
look() {
  PATH=${folders.join(":")} /bin/sh "$NETC_CALLS/look" </dev/null >"$NETC_CALLS/$n.seen" 2>&1
}
case $NETC_ACT in
  "kill before $n") kill -KILL 0 ;;
  "kill after $n")
    "$tool" "$@" || :
    kill -KILL 0
    ;;
  'look before') look ;;
  'look after')
    status=0
    "$tool" "$@" || status=$?
    look
    exit "$status"
    ;;
esac
exec "$tool" "$@"
`;

/** `tools` is the folder that comes first in the PATH of those who are not counted. */
export function makeCounter(tools: string, parent: string): Counter {
  const folder = mkdtempSync(join(parent, "counted-"));
  const folders = [tools, ...FOLDERS];
  const file = join(folder, "wrapper");
  writeFileSync(file, wrapper(folders), { mode: 0o755 });
  const path = join(folder, "bin");
  mkdirSync(path);
  for (const name of new Set(folders.flatMap((each) => readdirSync(each)))) symlinkSync(file, join(path, name));

  function begin(act?: Act): NodeJS.ProcessEnv {
    const calls = mkdtempSync(join(folder, "run-"));
    if (act?.kind === "look") writeFileSync(join(calls, "look"), act.script);
    const words = act?.kind === "kill" ? [act.kind, act.when, act.call] : [act?.kind ?? "count", act?.when];
    return { NETC_CALLS: calls, NETC_ACT: words.join(" ") };
  }
  function end({ NETC_CALLS: calls }: NodeJS.ProcessEnv): Calls {
    const count = readdirSync(calls!).filter((name) => /^\d+$/.test(name)).length;
    const texts = (suffix: string): readonly string[] =>
      Array.from({ length: count }, (_, at) => join(calls!, `${at + 1}${suffix}`))
        .filter(existsSync)
        .map((name) => readFileSync(name, "utf8").trimEnd());
    const answer = { calls: texts(""), seen: texts(".seen") };
    rmSync(calls!, { recursive: true });
    return answer;
  }
  return { path, begin, end };
}

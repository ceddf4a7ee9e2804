/** Scripts held against netc's own, byte for byte, the rules that they carry aside. */
import { type FrameDifference, frameDifference } from "../../verify/read/frame.ts";
import { splitScript } from "../../verify/read/script.ts";
import type { VerifiedFile } from "./files.ts";

/** Where the script leaves that one of netc's own that it follows longest; `null`: it is one of them. */
export function differenceOf({ text, own }: VerifiedFile): FrameDifference | null {
  const script = splitScript(text);
  let latest: FrameDifference | null = null;
  for (const each of own) {
    const difference = frameDifference(script, splitScript(each));
    if (difference === null) return null;
    if (latest === null || difference.line > latest.line) latest = difference;
  }
  return latest;
}

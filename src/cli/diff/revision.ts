/** A program as it is in a revision of git, `REV:FILE`: what it includes is taken from the same revision. */

import { isUtf8 } from "node:buffer";
import { spawnSync } from "node:child_process";
import { posix } from "node:path";
import { diagnose } from "../../diagnostics/diagnostic.ts";
import type { Source } from "../../diagnostics/source.ts";
import type { Program, ReadOptions } from "../host.ts";
import { UsageError } from "../usage-error.ts";

export interface Revision {
  readonly name: string;
  /** From the root of the repository, or from the current folder with a leading `./` or `../`. */
  readonly path: string;
}

/** `null` where the text does not look like one. */
export function splitRevision(text: string): Revision | null {
  const at = text.indexOf(":");
  return at < 1 || at === text.length - 1 ? null : { name: text.slice(0, at), path: text.slice(at + 1) };
}

const LARGEST = 1 << 30;

/** What git answers, or `null` where it fails. */
function git(...args: readonly string[]): Buffer | null {
  const { error, status, stdout } = spawnSync("git", args, { maxBuffer: LARGEST });
  if (error !== undefined) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new UsageError(isMissing ? "REV:FILE needs git, which is not installed" : `git failed: ${error.message}`);
  }
  return status === 0 ? stdout : null;
}

function fromRoot(path: string): string {
  if (!/^\.\.?\//.test(path)) return posix.normalize(path);
  return posix.normalize(`${git("rev-parse", "--show-prefix")?.toString("utf8").trim() ?? ""}${path}`);
}

type Found = { readonly text: string } | { readonly reason: string };

/** A file of a tree. A symbolic link is not followed: what it leads to need not be in the tree. */
function fileIn(tree: string, path: string): Found {
  const entry = git("ls-tree", "--full-tree", "-z", tree, "--", path)?.toString("utf8") ?? "";
  const [, mode, kind, object] = /^(\d+) (\w+) (\w+)\t/.exec(entry) ?? [];
  if (object === undefined) return { reason: "there is no such file in that revision" };
  if (mode === "120000") return { reason: "it is a symbolic link, which is not followed in a revision" };
  if (kind !== "blob") return { reason: "it is a folder" };
  const bytes = git("cat-file", "blob", object);
  if (bytes === null) return { reason: "git cannot read it" };
  return isUtf8(bytes) ? { text: bytes.toString("utf8") } : { reason: "it is not UTF-8 text" };
}

export function readRevision({ name, path }: Revision, options: ReadOptions): Program {
  const tree = git("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{tree}`)?.toString("utf8").trim();
  if (tree === undefined)
    throw new UsageError(
      `cannot read ${name}:${path}: there is no such file, and git knows no revision ${name} here`,
      "REV:FILE is a file as it was in a revision of git",
    );
  const start = fromRoot(path);
  const found = fileIn(tree, start);
  if ("reason" in found) throw new UsageError(`cannot read ${name}:${path}: ${found.reason}`);
  const root: Source = { path: `${name}:${start}`, text: found.text };
  const folder = posix.dirname(start);
  const places = new Map<Source, string>([[root, start]]);
  const known = new Map<string, Source>([[start, root]]);
  return {
    root,
    open: (include, from) => {
      const said = include.path.text;
      const origin = { source: from, span: include.path.span };
      const target = posix.normalize(posix.join(posix.dirname(places.get(from)!), said));
      const isOutside = folder !== "." && !target.startsWith(`${folder}/`);
      if (posix.isAbsolute(said) || target.startsWith("../") || (isOutside && !options.allowOutside))
        return diagnose("include-outside", { path: said }, origin);
      const earlier = known.get(target);
      if (earlier !== undefined) return earlier;
      const file = fileIn(tree, target);
      if ("reason" in file) return diagnose("missing-include", { path: said, reason: file.reason }, origin);
      const source: Source = { path: `${name}:${target}`, text: file.text };
      known.set(target, source);
      places.set(source, target);
      return source;
    },
  };
}

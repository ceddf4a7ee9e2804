/** What the command line reads and writes: files, standard streams, the machine's name. */
import { isUtf8 } from "node:buffer";
import { readFileSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { IncludeStatement } from "../../grammar/ast.ts";
import type { Open } from "../compile.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import { UsageError } from "./usage-error.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "no permission to read it",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  ELOOP: "its symbolic links go round in a circle",
};

export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

/** The program on the command line, and how to open what it includes. */
export interface Program {
  readonly root: Source;
  readonly open: Open;
}

export interface ReadOptions {
  readonly allowOutside: boolean;
}

function decode(bytes: Buffer, path: string): string {
  if (!isUtf8(bytes))
    throw new UsageError(`${path} is not UTF-8 text`, "save it as UTF-8, or check that it is the file you meant");
  return bytes.toString("utf8");
}

const shown = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short !== "" && !short.startsWith(`..${sep}`) && short !== ".." ? short : path;
};

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The program at `file`; `-` is standard input, whose includes are relative to the current folder. Throws a UsageError where it cannot be read. */
export function readProgram(file: string, options: ReadOptions): Program {
  const isInput = file === "-";
  const path = isInput ? "<stdin>" : file;
  let text: string;
  let real: string | null = null;
  try {
    text = decode(readFileSync(isInput ? 0 : file), path);
    if (!isInput) real = realpathSync(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `cannot read ${path}: ${reasonOf(error)}`,
      file === "cluster.net" ? "name a program: netc compile FILE (or - for standard input)" : null,
    );
  }
  const root: Source = { path, text };
  const folder = real === null ? process.cwd() : dirname(real);
  const places = new Map<Source, string>([[root, folder]]);
  const byReal = new Map<string, Source>(real === null ? [] : [[real, root]]);

  const open = (include: IncludeStatement, from: Source): Source | Diagnostic => {
    const said = include.path.text;
    const origin = { source: from, span: include.path.span };
    const outside = () => diagnose("include-outside", { path: said }, origin);
    const absolute = resolve(places.get(from) ?? folder, said);
    if (!options.allowOutside && (isAbsolute(said) || !isInside(folder, absolute))) return outside();
    try {
      const target = realpathSync(absolute);
      if (!options.allowOutside && !isInside(folder, target)) return outside();
      const known = byReal.get(target);
      if (known !== undefined) return known;
      const bytes = readFileSync(target);
      if (!isUtf8(bytes)) return diagnose("missing-include", { path: said, reason: "it is not UTF-8 text" }, origin);
      const source: Source = {
        path: shown(join(dirname(absolute), said.split("/").at(-1) ?? said)),
        text: bytes.toString("utf8"),
      };
      byReal.set(target, source);
      places.set(source, dirname(target));
      return source;
    } catch (error) {
      return diagnose("missing-include", { path: said, reason: reasonOf(error) }, origin);
    }
  };
  return { root, open };
}

export const hostName = (): string => hostname();

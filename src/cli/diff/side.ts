/** One of the two things that `diff` compares: a program, a program in a revision of git, or a folder of outputs. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { analyze, planNode } from "../../compile.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { EMITTERS } from "../../emit/emitters.ts";
import { PLAN_VERSION, planJson } from "../../plan/json.ts";
import type { NodePlan } from "../../plan/plan.ts";
import type { PlanJson } from "../../plan/schema.ts";
import { type Program, type ReadOptions, readProgram, reasonOf } from "../host.ts";
import { type OutputOptions, showDiagnostics } from "../output.ts";
import { filesOf } from "../outputs.ts";
import { UsageError } from "../usage-error.ts";
import { readRevision, splitRevision } from "./revision.ts";

export interface NodeOutputs {
  /** What the files are made from; `null` where they were read. */
  readonly plan: NodePlan | null;
  /** plan.json. */
  readonly json: () => string;
  readonly files: () => ReadonlyMap<string, string>;
}

/** The nodes by name; each is worked out when it is asked for. */
export type Side = ReadonlyMap<string, () => NodeOutputs>;

const PLAN = "plan.json";

function programSide(name: string, { root, open }: Program, options: OutputOptions): Side {
  const { value: cluster, diagnostics } = analyze(root, open);
  if (hasErrors(diagnostics)) {
    showDiagnostics(
      diagnostics.filter(({ severity }) => severity === "error"),
      options,
    );
    throw new UsageError(`${name} does not compile, so nothing can be compared with it`);
  }
  return new Map(
    cluster.nodes.map((node) => [
      node.name,
      () => {
        const plan = planNode(cluster, node);
        const files = () =>
          new Map(filesOf(plan, { rules: "iptables", form: "whole" }).map((file) => [file.name, file.text]));
        return { plan, json: () => planJson(plan), files };
      },
    ]),
  );
}

function readPlan(path: string): { readonly text: string; readonly plan: PlanJson } {
  const text = readFileSync(path, "utf8");
  try {
    const plan = JSON.parse(text);
    if (plan.version === PLAN_VERSION && typeof plan.node === "string") return { text, plan };
  } catch {}
  throw new UsageError(
    `${path} is no plan of netc's, or of another version`,
    "write the folder again: netc compile -o",
  );
}

function folderSide(dir: string): Side {
  const folders = readdirSync(dir)
    .filter((name) => !name.startsWith("."))
    .map((name) => join(dir, name))
    .filter((folder) => existsSync(join(folder, PLAN)));
  if (folders.length === 0)
    throw new UsageError(`${dir} holds no node's outputs`, "name a program, or a folder that netc compile -o wrote");
  return new Map(
    folders.map((folder) => {
      const { text, plan } = readPlan(join(folder, PLAN));
      const present = EMITTERS.map(({ file }) => file).filter((file) => existsSync(join(folder, file)));
      const files = () => new Map(present.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
      return [plan.node, () => ({ plan: null, json: () => text, files })];
    }),
  );
}

/** What `name` stands for: what is on the disk comes before a revision of git. */
export function readSide(name: string, options: OutputOptions & ReadOptions): Side {
  try {
    if (name !== "-" && !existsSync(name)) {
      const revision = splitRevision(name);
      if (revision !== null) return programSide(name, readRevision(revision, options), options);
    } else if (name !== "-" && statSync(name).isDirectory()) return folderSide(name);
  } catch (error) {
    if (error instanceof UsageError || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UsageError(`cannot read ${name}: ${reasonOf(error)}`);
  }
  return programSide(name, readProgram(name, options), options);
}

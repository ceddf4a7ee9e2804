/** Random backends: pods, groups of pods, addresses of nodes and of nobody. */
import { type Dice, weighted } from "./dice.ts";
import { type Family, said, type World } from "./world.ts";

export const ELSEWHERE: Readonly<Record<Family, readonly string[]>> = {
  4: ["198.51.100.77", "192.0.2.7", "10.244.1.77", "10.244.2.78", "10.244.1.1"],
  6: ["2001:db8:5::77", "2001:db8:6::7", "fd00:244:0:1::77", "fd00:244:0:2::78", "fd00:244:0:1::1"],
};

const portAt = (address: string, port: string): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

export interface Backing {
  readonly dice: Dice;
  readonly world: World;
  readonly groups: readonly { readonly ref: string; readonly families: readonly Family[] }[];
}

export interface Drawn {
  readonly text: string;
  readonly families: readonly Family[];
}

export const familiesOf = (addresses: readonly string[]): readonly Family[] =>
  addresses.map((text) => (text.includes(":") ? 6 : 4));

function backend({ dice, world, groups }: Backing, width: number | null, family: Family | null): Drawn {
  const { one, percent, number } = dice;
  const families = family === null ? world.families : [family];
  const elsewhere = families.flatMap((each) => ELSEWHERE[each]);
  const nodes = world.nodes.flatMap((node) => said(node.addresses));
  const pods = family === null ? world.pods : world.pods.filter(({ addresses }) => addresses[family] !== null);
  const kind = pods.length === 0 ? "address" : weighted(dice, { pod: 70, address: 20, group: groups.length * 5 });
  const first = one([80, 8080, 9000, 53]);
  const port = width === null || percent(50) ? null : width === 1 ? `${first}` : `${first}-${first + width - 1}`;
  const weight = percent(20) ? ` weight ${one([0, 0, 2, 3, number(1, 50)])}` : "";
  if (kind === "address") {
    const usable = nodes.filter((text) => family === null || familiesOf([text])[0] === family);
    const address = percent(20) && usable.length > 0 ? one(usable) : one(elsewhere);
    const text = port === null ? address : portAt(address, port);
    return { text: text + weight, families: familiesOf([address]) };
  }
  if (kind === "group") {
    const group = one(groups);
    return { text: group.ref + (port === null ? "" : `:${port}`) + weight, families: group.families };
  }
  const pod = one(pods);
  return {
    text: pod.ref + (port === null ? "" : `:${port}`) + weight,
    families: familiesOf(said(pod.addresses)),
  };
}

/** Of each family that is asked for there is one. */
export function backendsOf(context: Backing, width: number | null, families: readonly Family[]): readonly Drawn[] {
  const { dice } = context;
  if (dice.percent(8)) return [];
  const drawn = dice.times(1, dice.percent(10) ? 12 : 4, () => backend(context, width, null));
  const missing = families.filter((family) => !drawn.some((each) => each.families.includes(family)));
  return [...drawn, ...missing.map((family) => backend(context, width, family))];
}

export const textOf = (backends: readonly Drawn[]): string =>
  backends.length === 0 ? "none" : backends.map(({ text }) => text).join(", ");

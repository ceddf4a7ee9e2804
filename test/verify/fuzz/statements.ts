/** Random statements about what the program has: groups, policy, what leaves, marks, routes, expectations. */
import type { Dice } from "./dice.ts";
import { DESTINATION, drawList, drawPrefix, EXCEPTION, LEAVING, type Named, SOURCE } from "./lists.ts";
import type { Services } from "./services.ts";
import { type Family, said, type World } from "./world.ts";

const PREFIXES = [
  '"edge"',
  '"a b"',
  '"100% $x \\ `y`"',
  '"日本語"',
  '"it\'s"',
  '"[x] -j ACCEPT"',
  '"1234567890123456789012345678"',
];

/** Addresses in a row, ranges, and many that nothing joins. */
function largeMembers({ number, percent }: Dice, families: readonly Family[]): readonly string[] {
  const count = number(20, 150);
  const step = percent(30) ? 1 : 3;
  return families.flatMap((family) =>
    Array.from({ length: count }, (_, at) => {
      const value = at * step;
      if (family === 6) return `2001:db8:9::${(value + 1).toString(16)}`;
      return at % 7 === 0
        ? `10.${20 + (at % 5)}.${value % 256}.0/24`
        : `172.20.${Math.floor(value / 256)}.${value % 256}`;
    }),
  );
}

export function drawGroups(dice: Dice, world: World, doors: Services) {
  const { percent, times } = dice;
  const groups: string[] = [];
  const wider: string[] = [];
  const statements: string[] = [];
  const named = (): Named => ({ world, doors, groups: [...groups], wider: [...wider] });
  for (const name of times(0, 2, (at) => `front${at}`)) {
    statements.push(`group ${name} = ${drawList(dice, named(), { ...SOURCE, ports: 0 }, 5)}`);
    groups.push(name);
  }
  if (percent(10)) {
    statements.push(`group large = ${[...new Set(largeMembers(dice, world.families))].join(", ")}`);
    groups.push("large");
  }
  if (percent(20)) {
    statements.push(`group mixed = ${drawList(dice, named(), { ...DESTINATION, ports: 0 }, 5)}`);
    wider.push("mixed");
  }
  return { named: named(), statements };
}

function policy(dice: Dice, named: Named): string {
  const { one, percent } = dice;
  const head = `${percent(25) ? "default " : ""}${one(["allow", "deny", "reject"])}`;
  const log = percent(15) ? (percent(50) ? " log" : ` log ${one(PREFIXES)}`) : "";
  return `${head} ${drawList(dice, named, SOURCE, 4)} -> ${drawList(dice, named, DESTINATION, 4)}${log}`;
}

const except = (dice: Dice, named: Named): string =>
  dice.percent(40) ? ` except ${drawList(dice, named, EXCEPTION, 3)}` : "";

function snat(dice: Dice, named: Named): string {
  const { world } = named;
  const to = dice.one([
    ...world.nodes.flatMap(({ addresses }) => said(addresses)),
    ...world.families.map((family) => ({ 4: "192.168.100.7", 6: "fd00:100::7" })[family]),
  ]);
  return `snat ${drawList(dice, named, LEAVING, 3)} to ${to}${except(dice, named)}`;
}

function route(dice: Dice, { world }: Named): string {
  const family = dice.one(world.families);
  const [prefix, via] = family === 4 ? ["172.30.0.0/16", "192.168.100.254"] : ["2001:db8:30::/48", "fd00:100::254"];
  return `route ${prefix} via ${via}${dice.percent(50) ? " dev ens33" : ""} on ${dice.one(world.nodes).ref}`;
}

const VALUES = ["1", "2", "0x10/0xff", "4294967295", "0x4000/0x4000", "7/7"];

const mark = (dice: Dice, named: Named): string =>
  `mark ${drawList(dice, named, SOURCE, 3)} -> ${drawList(dice, named, DESTINATION, 3)} ${dice.one(VALUES)}`;

function hairpin(dice: Dice, { world, doors }: Named): string {
  if (dice.percent(30)) return "hairpin all";
  const items = [...world.pods, ...doors.services].map(({ ref }) => ref);
  return `hairpin ${dice.some(items, 1, 3).join(", ")}`;
}

function expect(dice: Dice, named: Named): string {
  const { world } = named;
  const from = dice.one([...world.pods, ...world.nodes]).ref;
  const outcome = dice.one(["", " denied", " rejected", " unreachable", ` reaches ${dice.one(world.pods).ref}`]);
  return `expect ${from} -> ${dice.one([dice.one(world.pods).ref, drawPrefix(dice, named).split("/")[0]!])}${outcome}`;
}

export function drawStatements(dice: Dice, named: Named): readonly string[] {
  const { times, percent } = dice;
  const several = (share: number, most: number, make: (dice: Dice, named: Named) => string): readonly string[] =>
    percent(share) ? times(1, most, () => make(dice, named)) : [];
  return [
    ...several(50, 2, hairpin),
    ...several(45, 3, (d, n) => `masquerade ${drawList(d, n, LEAVING, 3)}${except(d, n)}`),
    ...several(35, 3, snat),
    ...several(35, 3, mark),
    ...several(10, 1, route),
    ...several(75, 8, policy),
    ...several(10, 2, expect),
  ];
}

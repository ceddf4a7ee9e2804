/** Every combination of a service's options, with backends in every place; and how a program says them. */
import { door as at, each, type Family, vips } from "../family.ts";
import { within } from "../pairs/reference.ts";
import { type Backend, EXTERNAL, LOAD_BALANCERS, type Ports, type Protocol, type Service } from "./reference.ts";

export interface Sources {
  readonly text: ((family: Family) => string) | null;
  readonly allows: Service["allows"];
}

const listed = (ranges: (family: Family) => readonly string[]): Sources => ({
  text: (family) => ranges(family).join(", "),
  allows: (address, family) => ranges(family).some((range) => within(range, address)),
});

/** Everybody; nodes and the LAN; some pods and the outside. */
export const SOURCES: readonly Sources[] = [
  { text: null, allows: () => true },
  listed((family) => [family.name === "IPv4" ? "192.168.100.0/24" : "fd00:100::/64"]),
  listed((family) => [family.podRanges.node1, `${family.outside[0]}/${family.name === "IPv4" ? 32 : 128}`]),
];

const PLACES: readonly (readonly Backend[])[] = [
  [{ at: "b" }, { at: "c" }],
  [{ at: "b" }],
  [{ at: "c" }],
  [{ at: "b", weight: 0 }, { at: "c" }],
  [{ at: "b", weight: 0 }],
  [],
  [{ at: "lan" }],
  [{ at: "node1" }],
];

export interface Said extends Service {
  readonly name: string;
  readonly sources: Sources;
}

const yesNo = [false, true] as const;

/** Two backends: all the options with all; elsewhere, where it has nothing to choose, affinity is in every second one. */
const OPTIONS = PLACES.flatMap((backends, place) =>
  yesNo.flatMap((internalLocal) =>
    yesNo.flatMap((externalLocal) =>
      SOURCES.flatMap((sources, list) =>
        (place === 0 ? yesNo : [(place + list + Number(internalLocal) + Number(externalLocal)) % 2 === 0]).map(
          (affinity) => ({ backends, internalLocal, externalLocal, sources, affinity }),
        ),
      ),
    ),
  ),
);

export const SERVICES: readonly Said[] = OPTIONS.map((options, index) => ({
  ...options,
  n: index + 1,
  name: `s${index + 1}`,
  allows: options.sources.allows,
}));

const FIRST_NODEPORT = 30000;

/** TCP and UDP have one nodeport, each its own backends' port. */
export const portsOf = ({ n }: { readonly n: number }, protocol: Protocol): Ports => ({
  line: protocol === "tcp" ? 80 : 53,
  nodeport: FIRST_NODEPORT + n,
  backend: protocol === "tcp" ? 8080 : 5353,
});

const writeBackends = (backends: readonly Backend[], port: number): string => {
  const write = ({ at: host, weight }: Backend): string => {
    const place = host === "lan" || host === "node1" ? each((family) => at(family[host], port)) : `${host}:${port}`;
    return weight === undefined ? place : `${place} weight ${weight}`;
  };
  return backends.length === 0 ? "none" : backends.map(write).join(", ");
};

const writeLine = (service: Service, protocol: Protocol, { line, nodeport, backend }: Ports): string =>
  `${line}/${protocol} nodeport ${nodeport} -> ${writeBackends(service.backends, backend)}`;

const optionsOf = (service: Said): readonly string[] => [
  ...(service.internalLocal ? ["internal local"] : []),
  ...(service.externalLocal ? ["external-traffic local"] : []),
  ...(service.affinity ? ["affinity client 1h"] : []),
];

export const doorsOf = ({ n, sources: { text } }: Pick<Said, "n" | "sources">): readonly string[] => [
  `external ${each((family) => EXTERNAL.address(n, family))}`,
  `loadbalancer ${LOAD_BALANCERS.map(({ address }) => each((family) => address(n, family))).join(", ")}${
    text === null ? "" : ` from ${each(text)}`
  }`,
];

export const writeService = (service: Said): string =>
  `service ${service.name} ${vips(service.n)} { ${[
    ...(["tcp", "udp"] as const).map((protocol) => writeLine(service, protocol, portsOf(service, protocol))),
    ...doorsOf(service),
    ...optionsOf(service),
  ].join("; ")} }`;

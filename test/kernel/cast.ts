/** The cluster that most lessons share, and its addresses. */

export const NODE1 = "192.168.100.100";
export const NODE2 = "192.168.100.101";
export const OUTSIDE = "203.0.113.5";

/** Pods: a and b on node1, c and d on node2. */
export const A = "10.244.1.10";
export const B = "10.244.1.11";
export const C = "10.244.2.10";
export const D = "10.244.2.11";

const CLUSTER = "cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }";

export const ONE_NODE_PODS = `${CLUSTER}
node node1 ${NODE1} dev ens33 pods 10.244.1.0/24
pod a ${A} on node1
pod b ${B} on node1
`;

export const TWO_NODE_PODS = `${CLUSTER}
node node1 ${NODE1} dev ens33 pods 10.244.1.0/24
node node2 ${NODE2} dev ens33 pods 10.244.2.0/24
pod a ${A} on node1
pod b ${B} on node1
pod c ${C} on node2
pod d ${D} on node2
`;

/** A program of the shared cluster and more statements. */
export const oneNode = (...statements: readonly string[]): string => `${ONE_NODE_PODS}${statements.join("\n")}\n`;
export const twoNodes = (...statements: readonly string[]): string => `${TWO_NODE_PODS}${statements.join("\n")}\n`;

import { hashDigits, hashText } from "./hash.ts";

/** Where a name of the program has to serve as an identifier; `file` is a file's or a folder's name. */
export type Place = "interface" | "namespace" | "file" | "chain" | "nft" | "recent";

interface Alphabet {
  /** The longest identifier in bytes; all that is emitted is ASCII. */
  readonly bytes: number;
  /** One or more characters that the place does not take. */
  readonly foreign: RegExp;
  /** The digits of the hash, one alphabet for each. */
  readonly digits: readonly string[];
}

const DECIMAL = "0123456789";
/** Without vowels no hash is a word, so that few names look like one; without `l`, which reads as `1`. */
const QUIET = `${DECIMAL}bcdfghjkmnpqrstvwxyz`;
const DENSE = `${DECIMAL}ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz`;
const DASHED = /[^A-Za-z0-9_.-]+/g;
const SLASHED = /[^A-Za-z0-9_./-]+/g;

const places: Readonly<Record<Place, Alphabet>> = {
  // IFNAMSIZ is 16 with its NUL. 41 bits: 10,000 hashed names on one node collide once in 70,000 programs.
  interface: { bytes: 15, foreign: DASHED, digits: Array(7).fill(DENSE) },
  // `ip netns` keeps a namespace as a file.
  namespace: { bytes: 255, foreign: DASHED, digits: [DECIMAL, ...Array(10).fill(QUIET)] },
  file: { bytes: 255, foreign: DASHED, digits: [DECIMAL, ...Array(10).fill(QUIET)] },
  // iptables refuses a 29th byte.
  chain: { bytes: 28, foreign: SLASHED, digits: [DECIMAL, ...Array(8).fill(QUIET)] },
  // XT_RECENT_NAME_LEN is 200 with its NUL; iptables cuts what is longer without a word.
  recent: { bytes: 199, foreign: DASHED, digits: [DECIMAL, ...Array(10).fill(QUIET)] },
  nft: { bytes: 255, foreign: SLASHED, digits: [DECIMAL, ...Array(10).fill(QUIET)] },
};

/**
 * The identifier of a name at a place, behind a stem of netc's own (`pod-`, `veth-pod-`, `NETC-`; of letters, digits,
 * `_` and `-`; never empty for chains and nft). A name that fits is used as it is. Any other, and one that looks like
 * what is made here, becomes its readable part, `-` and a hash. So two names share an identifier only where their
 * hashes agree, and an identifier depends on nothing but its own place, stem and name.
 */
export function identifierFor(place: Place, stem: string, name: string): string {
  const { bytes, foreign, digits } = places[place];
  const plain = stem + name;
  if (plain.length <= bytes && name.search(foreign) === -1 && isUsable(plain) && !looksHashed(stem, name, digits)) {
    return plain;
  }
  // A stem that leaves no room, such as `veth-pod-`, shrinks to its first word, and counts in the hash instead.
  const shrunk = stem.length + 1 + digits.length > bytes;
  const head = shrunk ? stem.slice(0, stem.indexOf("-") + 1) : stem;
  const hash = hashDigits(hashText(shrunk ? `${stem}\0${name}` : name), digits);
  const readable = readablePart(name, foreign, bytes - head.length - 1 - digits.length);
  return readable === "" ? head + hash : `${head}${readable}-${hash}`;
}

/** Short words joined by `-` or `.`: no longer than a hash, so never like one, and at home in every alphabet. */
const SHORT_WORDS = /^[A-Za-z0-9_]{1,8}(?:[-.][A-Za-z0-9_]{1,8}){0,20}$/;

/** Whether a name is used as it is where there is room for it: namespaces, files, nft. Says no where it takes a closer look. */
export function fitsAsItIs(name: string): boolean {
  return SHORT_WORDS.test(name);
}

/** Not what a shell, a tool or a folder's listing takes for something else: an option, a hidden file, `.`, `..`. */
function isUsable(identifier: string): boolean {
  return identifier !== "" && !identifier.startsWith("-") && !identifier.startsWith(".") && !identifier.startsWith("/");
}

function looksHashed(stem: string, name: string, digits: readonly string[]): boolean {
  const identifier = stem + name;
  const start = identifier.length - digits.length;
  if (start < 0 || (start !== 0 && start !== stem.length && identifier[start - 1] !== "-")) return false;
  return digits.every((alphabet, at) => alphabet.includes(identifier[start + at]!));
}

const WORD = /^[A-Za-z0-9_]+$/;

function readablePart(name: string, foreign: RegExp, room: number): string {
  const head = name.slice(0, room);
  if (room > 0 && head.length === room && WORD.test(head)) return head;
  const ends = /^[-./]+|[-./]+$/g;
  const readable = name
    .slice(0, 8 * room)
    .replace(foreign, "-")
    .replace(ends, "");
  return readable.slice(0, Math.max(0, room)).replace(ends, "");
}

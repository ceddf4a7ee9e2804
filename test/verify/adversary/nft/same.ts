/** Class 6: what changes nothing is proved. */
import { atEnd, atHead, before, everywhere, nft4, nft6, proved, replacing } from "../edit.ts";

const NDENY = /drop comment "deny any -> node1:22"/;

export const NFT_SAME = [
  nft4(
    "rules that count",
    everywhere(/ (?=accept comment|drop comment|return comment)/g, () => " counter "),
    proved,
  ),
  nft6(
    "rules that count, IPv6",
    everywhere(/ (?=accept comment|drop comment|return comment)/g, () => " counter "),
    proved,
  ),
  nft4("rules that have counted", replacing(NDENY, "drop", "counter packets 7 bytes 420 drop"), proved),
  nft4("a port by its service's name", replacing(NDENY, "dport 22", "dport ssh"), proved),
  nft4("a port in hex", replacing(NDENY, "dport 22", "dport 0x16"), proved),
  nft4(
    "one mark as two",
    replacing(
      /"mark a ->/,
      /meta mark set .* accept/,
      "meta mark set meta mark & 0xfffffff0 ^ 0x1 meta mark set meta mark & 0xffffff0f accept",
    ),
    proved,
  ),
  nft4("a mark by or", replacing(/"mark a ->/, "^ 0x1", "| 0x1"), proved),
  nft4("a mark in other digits", replacing(/"mark a ->/, "0xffffff00", "4294967040"), proved),
  nft4("remarks and empty lines", before(/^\tchain netc-reject/, "", "\t# a remark", ""), proved),
  nft4(
    "no comments",
    everywhere(/ comment "[^"]*"/g, () => ""),
    proved,
  ),
  nft4(
    "states in another order",
    everywhere(/established,related/g, () => "related,established"),
    proved,
  ),
  nft4("a set of one port", replacing(NDENY, "dport 22", "dport { 22 }"), proved),
  nft4(
    "a rule that the next one covers",
    atHead("netc-input-policy", "ip saddr 10.244.2.10 tcp dport 22 return"),
    proved,
  ),
  nft4("a rule that nothing comes to", atEnd("netc-input-policy", "tcp dport 22 accept"), proved),
  nft4(
    "other blanks",
    everywhere(/ drop comment/g, () => "\tdrop  comment"),
    proved,
  ),
  nft4("an accept at the end of a hook's chain", atEnd("netc-input", "accept"), proved),
  nft4("elements on one line", replacing(/10\.244\.1\.10 \. 10\.244\.1\.10,/, /, # hairpin all/, ""), proved),
];

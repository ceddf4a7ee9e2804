/** All hand edits, by the class of what they try. */

import type { HandEdit } from "./edit.ts";
import { IPTABLES_EFFECTS } from "./iptables/effects.ts";
import { IPTABLES_FORM } from "./iptables/form.ts";
import { IPTABLES_FURTHER } from "./iptables/further.ts";
import { IPTABLES_PACKETS } from "./iptables/packets.ts";
import { IPTABLES_SAME } from "./iptables/same.ts";
import { IPTABLES_SENDERS } from "./iptables/senders.ts";
import { IPTABLES_TEXT } from "./iptables/text.ts";
import { NFT_EFFECTS } from "./nft/effects.ts";
import { NFT_FURTHER } from "./nft/further.ts";
import { NFT_PACKETS } from "./nft/packets.ts";
import { NFT_SAME } from "./nft/same.ts";
import { NFT_SENDERS } from "./nft/senders.ts";
import { NFT_TEXT } from "./nft/text.ts";

export const CLASSES: Readonly<Record<string, readonly HandEdit[]>> = {
  "a text that the tools read otherwise": [...IPTABLES_TEXT, ...NFT_TEXT],
  "an effect": [...IPTABLES_EFFECTS, ...NFT_EFFECTS],
  "a packet that is easily forgotten": [...IPTABLES_PACKETS, ...NFT_PACKETS],
  "a form": IPTABLES_FORM,
  "what else was tried": [...IPTABLES_FURTHER, ...NFT_FURTHER],
  "who may send": [...IPTABLES_SENDERS, ...NFT_SENDERS],
  "what changes nothing": [...IPTABLES_SAME, ...NFT_SAME],
};

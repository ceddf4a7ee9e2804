/** Why no packet here shows a refutation. */
export const REMEMBERED = "no: who is remembered shows only in what later connections get";
export const LOGGED = "no: a rate shows over minutes";
export const ERRORS = "no: an error about a connection needs one to be about";
export const LOOPBACK = "no: what leaves or comes by loopback is sent here to the node itself";
export const OTHER_DEVICE = "no: it arrives by a device that no node has";
export const UNTRANSLATED = "no: a connection that was translated before is not made here";
export const UNDECLARED = "no: it goes to loopback's address, and comes from outside";
export const ALIKE = "no: nobody decides here of what steps aside, so it looks like what is accepted";
export const REFUSED = "no: nobody asks here, so a refusal looks like a drop";
export const POD = "no: it comes or leaves by a pod's device, and this node has none";
export const ASTRAY = "no: every way back here is the one by which all comes";
export const UNSENT = "no: nothing here sends that protocol, or from that address";
export const FIRST_PORT = "no: of a range the first port is taken while it is free";
export const HELPED = "no: a related connection needs a helper of conntrack's";

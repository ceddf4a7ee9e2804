/** What no proof says anything of, in the words that begin the entries of the list in docs/semantics.md. */
export const LEFT_OUT = [
  "that the kernel does what the rules say",
  "connections over time",
  "lists over time",
  "how many lines a limit lets through",
  "packets that are cut short",
  "which devices are pods'",
  "where routes lead",
  "rules of others",
  "what scripts do besides loading rules",
  "what the program's author meant",
] as const;

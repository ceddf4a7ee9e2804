const encoder = new TextEncoder();

/** At most `bytes` of UTF-8, cut on a character, with a `…` where something was left out. */
export function cutAtBytes(text: string, bytes: number): string {
  // UTF-8 takes at most three bytes for a UTF-16 unit.
  if (text.length * 3 <= bytes || encoder.encode(text).length <= bytes) return text;
  const room = bytes - encoder.encode("…").length;
  let taken = 0;
  let end = 0;
  for (const character of text) {
    taken += encoder.encode(character).length;
    if (taken > room) break;
    end += character.length;
  }
  return `${text.slice(0, end)}…`;
}

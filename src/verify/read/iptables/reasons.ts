/** Why a word is not read, where several readers say so. */
export const unknown = (word: string): string => `the word \`${word}\` is not known here`;
export const twice = (word: string): string => `\`${word}\` stands twice`;
export const saysNothing = (module: string): string => `\`-m ${module}\` is known with its options only`;
export const notBefore = (word: string): string => `a \`!\` in front of \`${word}\` is not known`;

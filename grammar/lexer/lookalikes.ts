/** Characters that look like what the language is made of, or are not seen at all: their names and their ASCII forms. */

export interface Character {
  /** `U+00A0 NO-BREAK SPACE` */
  readonly label: string;
  /** What to write instead; `null` where there is nothing that it could have meant. */
  readonly ascii: string | null;
}

type Row = readonly [first: number, ascii: string, name: string];

const ROWS: readonly Row[] = [
  [0x0000, "", "NULL"],
  [0x0007, "", "BELL"],
  [0x0008, "", "BACKSPACE"],
  [0x0009, " ", "CHARACTER TABULATION"],
  [0x000b, " ", "LINE TABULATION"],
  [0x000c, "\n", "FORM FEED"],
  [0x000d, "\n", "CARRIAGE RETURN"],
  [0x001a, "", "SUBSTITUTE"],
  [0x001b, "", "ESCAPE"],
  [0x007f, "", "DELETE"],
  [0x0085, "\n", "NEXT LINE"],
  [0x00a0, " ", "NO-BREAK SPACE"],
  [0x00ab, '"', "LEFT-POINTING DOUBLE ANGLE QUOTATION MARK"],
  [0x00ad, "", "SOFT HYPHEN"],
  [0x00b4, '"', "ACUTE ACCENT"],
  [0x00bb, '"', "RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK"],
  [0x037e, ";", "GREEK QUESTION MARK"],
  [0x034f, "", "COMBINING GRAPHEME JOINER"],
  [0x060c, ",", "ARABIC COMMA"],
  [0x061b, ";", "ARABIC SEMICOLON"],
  [0x061c, "", "ARABIC LETTER MARK"],
  [0x115f, "", "HANGUL CHOSEONG FILLER"],
  [0x1160, "", "HANGUL JUNGSEONG FILLER"],
  [0x1680, " ", "OGHAM SPACE MARK"],
  [0x180e, "", "MONGOLIAN VOWEL SEPARATOR"],
  [0x2000, " ", "EN QUAD"],
  [0x2001, " ", "EM QUAD"],
  [0x2002, " ", "EN SPACE"],
  [0x2003, " ", "EM SPACE"],
  [0x2004, " ", "THREE-PER-EM SPACE"],
  [0x2005, " ", "FOUR-PER-EM SPACE"],
  [0x2006, " ", "SIX-PER-EM SPACE"],
  [0x2007, " ", "FIGURE SPACE"],
  [0x2008, " ", "PUNCTUATION SPACE"],
  [0x2009, " ", "THIN SPACE"],
  [0x200a, " ", "HAIR SPACE"],
  [0x200b, "", "ZERO WIDTH SPACE"],
  [0x200c, "", "ZERO WIDTH NON-JOINER"],
  [0x200d, "", "ZERO WIDTH JOINER"],
  [0x200e, "", "LEFT-TO-RIGHT MARK"],
  [0x200f, "", "RIGHT-TO-LEFT MARK"],
  [0x2010, "-", "HYPHEN"],
  [0x2011, "-", "NON-BREAKING HYPHEN"],
  [0x2012, "-", "FIGURE DASH"],
  [0x2013, "-", "EN DASH"],
  [0x2014, "-", "EM DASH"],
  [0x2015, "-", "HORIZONTAL BAR"],
  [0x2018, '"', "LEFT SINGLE QUOTATION MARK"],
  [0x2019, '"', "RIGHT SINGLE QUOTATION MARK"],
  [0x201a, '"', "SINGLE LOW-9 QUOTATION MARK"],
  [0x201b, '"', "SINGLE HIGH-REVERSED-9 QUOTATION MARK"],
  [0x201c, '"', "LEFT DOUBLE QUOTATION MARK"],
  [0x201d, '"', "RIGHT DOUBLE QUOTATION MARK"],
  [0x201e, '"', "DOUBLE LOW-9 QUOTATION MARK"],
  [0x201f, '"', "DOUBLE HIGH-REVERSED-9 QUOTATION MARK"],
  [0x2024, ".", "ONE DOT LEADER"],
  [0x2028, "\n", "LINE SEPARATOR"],
  [0x2029, "\n", "PARAGRAPH SEPARATOR"],
  [0x202a, "", "LEFT-TO-RIGHT EMBEDDING"],
  [0x202b, "", "RIGHT-TO-LEFT EMBEDDING"],
  [0x202c, "", "POP DIRECTIONAL FORMATTING"],
  [0x202d, "", "LEFT-TO-RIGHT OVERRIDE"],
  [0x202e, "", "RIGHT-TO-LEFT OVERRIDE"],
  [0x202f, " ", "NARROW NO-BREAK SPACE"],
  [0x2032, '"', "PRIME"],
  [0x2033, '"', "DOUBLE PRIME"],
  [0x2039, '"', "SINGLE LEFT-POINTING ANGLE QUOTATION MARK"],
  [0x203a, '"', "SINGLE RIGHT-POINTING ANGLE QUOTATION MARK"],
  [0x2044, "/", "FRACTION SLASH"],
  [0x205f, " ", "MEDIUM MATHEMATICAL SPACE"],
  [0x2060, "", "WORD JOINER"],
  [0x2066, "", "LEFT-TO-RIGHT ISOLATE"],
  [0x2067, "", "RIGHT-TO-LEFT ISOLATE"],
  [0x2068, "", "FIRST STRONG ISOLATE"],
  [0x2069, "", "POP DIRECTIONAL ISOLATE"],
  [0x2190, "", "LEFTWARDS ARROW"],
  [0x2192, "->", "RIGHTWARDS ARROW"],
  [0x21d2, "->", "RIGHTWARDS DOUBLE ARROW"],
  [0x2212, "-", "MINUS SIGN"],
  [0x2215, "/", "DIVISION SLASH"],
  [0x2236, ":", "RATIO"],
  [0x2794, "->", "HEAVY WIDE-HEADED RIGHTWARDS ARROW"],
  [0x279c, "->", "HEAVY ROUND-TIPPED RIGHTWARDS ARROW"],
  [0x279e, "->", "HEAVY TRIANGLE-HEADED RIGHTWARDS ARROW"],
  [0x27f6, "->", "LONG RIGHTWARDS ARROW"],
  [0x27f9, "->", "LONG RIGHTWARDS DOUBLE ARROW"],
  [0x3000, " ", "IDEOGRAPHIC SPACE"],
  [0x3001, ",", "IDEOGRAPHIC COMMA"],
  [0x3002, ".", "IDEOGRAPHIC FULL STOP"],
  [0x301c, "-", "WAVE DASH"],
  [0x301d, '"', "REVERSED DOUBLE PRIME QUOTATION MARK"],
  [0x301e, '"', "DOUBLE PRIME QUOTATION MARK"],
  [0x3164, "", "HANGUL FILLER"],
  [0xfe58, "-", "SMALL EM DASH"],
  [0xfe63, "-", "SMALL HYPHEN-MINUS"],
  [0xfeff, "", "ZERO WIDTH NO-BREAK SPACE"],
  [0xffa0, "", "HALFWIDTH HANGUL FILLER"],
  [0xfffd, "", "REPLACEMENT CHARACTER"],
];

/** Without an ASCII form, though in the table for its name. */
const MEANINGLESS: ReadonlySet<number> = new Set([0x2190, 0xfffd]);

const KNOWN: ReadonlyMap<number, Row> = new Map(ROWS.map((row) => [row[0], row]));

const ASCII_NAMES: Readonly<Record<string, string>> = {
  "'": "APOSTROPHE",
  "`": "GRAVE ACCENT",
  '"': "QUOTATION MARK",
  "#": "NUMBER SIGN",
  ",": "COMMA",
  "-": "HYPHEN-MINUS",
  ".": "FULL STOP",
  "/": "SOLIDUS",
  ":": "COLON",
  ";": "SEMICOLON",
  "=": "EQUALS SIGN",
  ">": "GREATER-THAN SIGN",
  "[": "LEFT SQUARE BRACKET",
  "]": "RIGHT SQUARE BRACKET",
  _: "LOW LINE",
  "{": "LEFT CURLY BRACKET",
  "}": "RIGHT CURLY BRACKET",
};

const DIGIT_NAMES = ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"];

function fullWidthName(ascii: string): string {
  if (/\d/.test(ascii)) return `FULLWIDTH DIGIT ${DIGIT_NAMES[Number(ascii)]}`;
  if (/[a-z]/.test(ascii)) return `FULLWIDTH LATIN SMALL LETTER ${ascii.toUpperCase()}`;
  if (/[A-Z]/.test(ascii)) return `FULLWIDTH LATIN CAPITAL LETTER ${ascii}`;
  return ASCII_NAMES[ascii] === undefined ? "" : `FULLWIDTH ${ASCII_NAMES[ascii]}`;
}

/** Typed for a quote by those who come from another language. */
const QUOTES = new Set(["'", "`"]);

/** Of a code point that cannot stand where it stands. */
export function characterOf(code: number): Character {
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const row = KNOWN.get(code);
  if (row !== undefined) return { label: `${number} ${row[2]}`, ascii: MEANINGLESS.has(code) ? null : row[1] };
  if (code < 32 || (code >= 127 && code <= 159)) return { label: `${number}, a control character`, ascii: "" };
  const text = String.fromCodePoint(code);
  if (code < 127) return { label: `\`${text}\``, ascii: QUOTES.has(text) ? '"' : null };
  if (code >= 0xff01 && code <= 0xff5e) {
    const ascii = String.fromCodePoint(code - 0xfee0);
    return { label: `${number} ${fullWidthName(ascii)}`.trimEnd(), ascii };
  }
  if (/\p{DI}/u.test(text)) return { label: `${number}, a character that is not seen`, ascii: "" };
  if (/\p{Zs}/u.test(text)) return { label: `${number}, a blank`, ascii: " " };
  if (/\p{Pd}/u.test(text)) return { label: `${number}, a dash`, ascii: "-" };
  if (/[\p{Pi}\p{Pf}]/u.test(text)) return { label: `${number}, a quotation mark`, ascii: '"' };
  if (/\p{Cs}/u.test(text)) return { label: `${number}, half of a character`, ascii: null };
  return { label: `${number} \`${text}\``, ascii: null };
}

/** Runs as people name them: in a flag, in a file, on standard input. */

/** The ids in a text, each once: with spaces, commas or line ends between them; what follows a `#` is a comment. */
export const parse = (text: string): ReadonlyArray<string> => {
  const ids = text.split(/\r?\n/).flatMap((line) => {
    const [named = ""] = line.split(/(?<!\S)#/, 1);
    return named.split(/[\s,]+/);
  });
  return [...new Set(ids)].filter((id) => id !== "");
};

/** Which texts are categories: one of a few words, rather than a sentence. */

/** The most characters of a category: a longer text is not one of a few. */
export const maxCategoryLength = 60;

/** The category that a text is, without spaces around it; undefined where it is too long, empty, or has several lines. */
export const categoryOf = (text: string): string | undefined => {
  // A long text costs no trimming.
  if (text.length > 2 * maxCategoryLength) return undefined;
  const category = text.trim();
  return category === "" || category.length > maxCategoryLength || /[\n\r]/.test(category)
    ? undefined
    : category;
};

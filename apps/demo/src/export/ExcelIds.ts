/** Ids that Excel changes when it opens a CSV file, quoted or not. */

/** Excel shows longer numbers in powers of ten, and loses digits from the sixteenth on. */
const maxDigits = 11;

const number = /^[+-]?[\d.,]*\d[\d.,]*(e[+-]?\d+)?\s*%?$/i;
const dateOrTime = /^\d{1,4}\s*[-/:. ]\s*\d{1,4}(\s*[-/:. ]\s*\d{1,4})?(\s*[ap]m)?$/i;
const month =
  /^(\d{1,4}[-/ ]?)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[-/ ]?(\d{1,4})?$/i;

/** Whether Excel takes an id for a number, a date or a truth value, and shows another text: `007`, `1E5`, `3-4`. */
export const isChangedByExcel = (id: string): boolean => {
  const text = id.trim();
  // It shows them as they are.
  if (/^(0|-?[1-9]\d*)$/.test(id) && text.length <= maxDigits) return false;
  return (
    number.test(text) || dateOrTime.test(text) || month.test(text) || /^(true|false)$/i.test(text)
  );
};

/**
 * Values, states and times in plain words.
 *
 * Invariant: wording of values equals that of `Value::display` in crates/domain, so that window, terminal and
 * comparison say the same. Text that came from pages is returned as text and never interpreted.
 */
import type {
  AliasKind,
  CaptureState,
  Instead,
  MatchLevel,
  ModelState,
  Money,
  OperationKind,
  DifferenceKind,
  PageDifference,
  PageKind,
  Property,
  RelationKind,
  Speaker,
  Stage,
  Status,
  Value,
} from './host/types';

const symbols: Record<string, string> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹' };

export function displayMoney(money: Money): string {
  const { amount, currency, period, per_seat, qualifier } = money;
  let text: string;
  if (amount === null) text = 'Contact sales';
  else if (amount === 0) text = 'Free';
  else {
    const number = Number.isInteger(amount) ? amount.toFixed(0) : amount.toFixed(2);
    const symbol = currency === null ? '' : symbols[currency];
    text = symbol === undefined ? `${number} ${currency}` : `${symbol}${number}`;
    if (per_seat) text += ' per seat';
    if (period === 'once') text += ' once';
    else if (period !== null) text += ` per ${period}`;
  }
  return qualifier === null ? text : `${text} (${qualifier})`;
}

export function displayValue(value: Value): string {
  switch (value.type) {
    case 'text':
      return value.text;
    case 'money':
      return displayMoney(value);
    case 'percent':
      return `${value.percent}%`;
    case 'count':
      return String(value.count);
    case 'not_stated':
      return 'not stated';
  }
}

/** Name of the plan that a price belongs to. */
export function planOf(value: Value): string | null {
  return value.type === 'money' ? value.plan : null;
}

export const statusLabels: Record<Status, string> = {
  verified: 'Verified',
  needs_review: 'Needs review',
  not_found: 'Not found in image',
  entered: 'Entered by you',
  disputed: 'Disputed',
  superseded: 'Superseded',
};

export const statusMeanings: Record<Status, string> = {
  verified: 'The value stands in the marked region of the picture.',
  needs_review: 'The value was read, but a check was not certain. Look at the region before you accept it.',
  not_found: 'The value could not be found in the picture. It is never accepted for you.',
  entered: 'A person typed this value. The picture may say something else.',
  disputed: 'Two pages or two places on a page disagree.',
  superseded: 'A newer value took its place. It is kept as history.',
};

export const speakerLabels: Record<Speaker, string> = {
  vendor: 'Vendor says',
  site: 'Site says',
  reviewer: 'Reviewer says',
  user: 'User says',
  analyst: 'Analyst says',
  machine: 'Inferred',
};

export const matchLabels: Record<MatchLevel, string> = {
  exact: 'Quote stands in the picture word for word',
  normalised: 'Quote stands in the picture (quotes, dashes or spaces differ)',
  fuzzy: 'Quote is close to what stands in the picture',
  none: 'Quote was not found in the picture',
};

export const pageKindLabels: Record<PageKind, string> = {
  launch: 'Launch page',
  pricing: 'Pricing page',
  comparison: 'Comparison page',
  repository: 'Repository page',
  unknown: 'Page',
};

export const aliasLabels: Record<AliasKind, string> = {
  name: 'Other name',
  former: 'Former name',
  edition: 'Edition',
  version: 'Version',
  handle: 'Handle',
};

/** A relation as the tool at its start says it, and as the one at its end does. */
export const relationLabels: Record<RelationKind, [string, string]> = {
  alternative: ['Alternative to', 'Alternative to'],
  competitor: ['Competes with', 'Competes with'],
  edition_of: ['Edition of', 'Has the edition'],
  version_of: ['Version of', 'Has the version'],
  part_of: ['Part of', 'Includes'],
  built_on: ['Built on', 'Used by'],
  renamed_to: ['Renamed to', 'Formerly'],
  acquired_by: ['Acquired by', 'Acquired'],
  mentioned_with: ['Mentioned with', 'Mentioned with'],
};

const stageLabels: Record<Stage, string> = {
  decoding: 'Opening picture',
  reading: 'Reading text',
  proposing: 'Proposing claims',
  looking: 'Looking at the picture',
  considering: 'Reading the page’s lines',
  answering: 'Answering',
};

/** What a model does at the moment. */
export function modelStep(state: ModelState): string {
  if (state.type === 'queued') return 'Waiting for the model';
  if (state.type !== 'running') return '';
  const { stage, done, total } = state;
  switch (stage) {
    case 'looking':
      return `Looking at tile ${Math.min(done + 1, total)} of ${total}`;
    case 'considering':
      return total > 0 ? `Reading ${total} tokens` : 'Reading the page’s lines';
    case 'answering':
      return `Answering, ${count(done, 'token')}`;
    default:
      return 'Opening the picture';
  }
}

/** What the other proposer reads, as a sentence about it. */
export function insteadText(proposer: string, instead: Instead, properties: readonly Property[]): string {
  if (instead.tool !== null) return `${proposer} gives “${instead.text}” to ${instead.tool === '' ? 'another tool' : instead.tool}.`;
  if (instead.property !== null) return `${proposer} takes it for: ${propertyLabel(properties, instead.property).toLowerCase()}.`;
  return `${proposer} reads “${instead.text}” instead.`;
}

export function stateLabel(state: CaptureState): string {
  switch (state.type) {
    case 'queued':
      return 'Waiting';
    case 'running':
      return stageLabels[state.stage];
    case 'ready':
      return 'Read';
    case 'failed':
      return 'Not read';
    case 'cancelled':
      return 'Cancelled';
  }
}

const reasonTexts: Record<string, string> = {
  digits_uncertain: 'A digit is hard to read.',
  proposers_disagree: 'The rules and the model do not agree.',
  model_alone: 'Only the model proposes this.',
  low_confidence: 'The text is hard to read.',
  text_uncertain: 'Some letters are hard to read.',
  no_evidence: 'These words were not found in the picture.',
  not_under_box: 'The marked region reads something else.',
  outside_picture: 'The region lies outside the picture.',
  quote_differs: 'The words in the picture differ a little.',
  drawn_by_hand: 'You drew this region.',
  read_again: 'The words come from reading this region again by itself.',
  weak_evidence: 'Little on the page says that this is what it was taken for.',
  kind_uncertain: 'It may belong under another heading.',
  value_differs: 'The value cannot be read out of these words.',
  unit_uncertain: 'The period of the price is not stated clearly.',
  contradicts: 'Another value on this page says something else.',
  duplicate: 'The page says the same twice.',
  other_subject: 'This seems to be about another tool.',
  negated: 'The sentence denies this.',
  planned: 'The page says that this is planned.',
  predicted: 'The page says that this is expected.',
  conditional: 'This holds under a condition only.',
  vague: 'A superlative without a measure.',
  instruction_like: 'The text speaks to a machine that reads it.',
  lookalike_characters: 'A word mixes letters that look alike.',
  hardly_visible: 'The words have nearly the colour of their background.',
};

export function reasonText(code: string): string {
  const known = reasonTexts[code];
  if (known !== undefined) return known;
  const words = code.replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** What accepting would do to the library; empty for a plain addition. */
export function changeText(kind: OperationKind): string {
  switch (kind.type) {
    case 'add':
      return '';
    case 'corroborate':
      return 'Already in the library. Adds this page as evidence.';
    case 'reword':
      return `Says the same in other words: “${kind.before}”. Adds this page as evidence.`;
    case 'locked':
      return 'Blocked: this field is locked. Edit to change it.';
    case 'replace':
      return `Replaces “${kind.before}”, which becomes history.`;
    case 'blocked':
      return `Blocked: “${kind.before}” was entered by hand. Edit to change it.`;
  }
}

export function propertyLabel(properties: readonly Property[], id: string): string {
  if (id === 'entry_price') return 'Entry price';
  return properties.find((property) => property.id === id)?.label ?? id;
}

const dateFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const timeFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function formatDate(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : dateFormat.format(date);
}

export function formatTime(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : timeFormat.format(date);
}

/** The last moment of a day of the calendar on this computer (`2026-11-21`), RFC 3339; nothing for what is no day. */
export function endOfDay(day: string): string | null {
  const [year, month, date] = day.split('-').map(Number);
  const end = new Date(year ?? Number.NaN, (month ?? Number.NaN) - 1, date ?? Number.NaN, 23, 59, 59, 999);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && end.getDate() === date ? end.toISOString() : null;
}

/** Today as a day of the calendar on this computer. */
export function today(): string {
  const now = new Date();
  const two = (number: number) => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

const sizeFormat = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${sizeFormat.format(bytes / 1000)} kB`;
  if (bytes < 999_500_000) return `${sizeFormat.format(bytes / 1_000_000)} MB`;
  return `${sizeFormat.format(bytes / 1_000_000_000)} GB`;
}

/** The day of a backup (`20261121`) as a date. */
export function backupDate(day: string): string {
  return formatDate(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T12:00:00`);
}

/** What became of statements, as a heading and as part of a count. */
export const differenceLabels: Record<DifferenceKind, [heading: string, counted: string]> = {
  changed: ['Changed', 'changed'],
  gone: ['Not seen on this version, and still held', 'not seen on this version'],
  added: ['New', 'new'],
  blocked: ['Kept out by a lock', 'blocked'],
  reworded: ['The same in other words', 'reworded'],
  unchanged: ['Unchanged', 'unchanged'],
};

/** What a version of a page says against the one before, counted. */
export function differenceText({ statements }: PageDifference): string {
  const kinds = Object.keys(differenceLabels) as DifferenceKind[];
  const parts = kinds.map((kind) => [statements.filter((each) => each.kind === kind).length, differenceLabels[kind][1]] as const);
  return parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`).join(' · ');
}

/** "1 claim", "4 claims". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

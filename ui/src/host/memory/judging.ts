/**
 * What the library in memory works out from claims and names: facets, contradictions, likeness. Small stand-ins for the
 * rules of crates/domain, good enough to look at the window with.
 *
 * Invariant: pure functions; nothing is stored here.
 */
import { displayValue, planOf } from '../../format';
import type { Claim, Contradiction, Facets, LicenceClass, LikenessGround, NameLikeness, ToolSummary } from '../types';
import { fold, nameKey } from './truth';
import { properties } from './vocabulary';

const licences: [LicenceClass, RegExp][] = [
  ['noncommercial', /non-?commercial/i],
  ['source_available', /busl|sspl|elastic|source.available/i],
  ['copyleft', /gpl|mpl/i],
  ['permissive', /\b(mit|apache|bsd|isc)\b/i],
  ['proprietary', /proprietary|closed.source/i],
  ['open_unspecified', /open.source/i],
];

export function facetsOf(claims: readonly Claim[]): Facets {
  const prices = claims.flatMap(({ property, value }) => {
    if (property !== 'price' || value.type !== 'money' || value.amount === null) return [];
    const { amount, currency, period } = value;
    return [{ monthly: period === 'year' ? amount / 12 : amount, currency }];
  });
  const least = prices.sort((left, right) => left.monthly - right.monthly)[0];
  const licence = claims.find(({ property }) => property === 'license');
  const says = licence && displayValue(licence.value);
  const offline = claims.map(({ value }) => displayValue(value)).find((text) => /offline|runs locally|on-device/i.test(text));
  return {
    monthly: least?.monthly ?? null,
    currency: least?.currency ?? null,
    licence: says === undefined ? null : (licences.find(([, pattern]) => pattern.test(says))?.[0] ?? null),
    offline: offline === undefined ? null : !/\b(no|not|never)\b/i.test(offline),
    verified: claims.length > 0 && claims.every(({ status }) => status === 'verified' || status === 'entered'),
  };
}

const single = (property: string) => properties.find((each) => each.id === property)?.cardinality === 'one';

export function contradictionsOf(tool: string, claims: readonly Claim[]): Contradiction[] {
  const groups = new Map<string, Claim[]>();
  for (const claim of claims) {
    const plan = planOf(claim.value);
    const wording = ['name', 'tagline', 'description', 'category'].includes(claim.property);
    if (claim.value.type === 'not_stated' || wording || !(single(claim.property) || plan !== null)) continue;
    const slot = `${claim.property} ${plan ?? ''}`;
    groups.set(slot, [...(groups.get(slot) ?? []), claim]);
  }
  return [...groups.values()]
    .filter((members) => new Set(members.map(({ value }) => fold(displayValue(value)))).size > 1)
    .map((members) => {
      const captures = new Set(members.map(({ evidence }) => evidence[0]?.capture));
      const speakers = new Set(members.map(({ speaker }) => speaker));
      const ids = members.map(({ id }) => id);
      return {
        key: [...ids].sort().join(' '),
        tool,
        property: members[0]?.property ?? '',
        kind: captures.size === 1 ? 'within_page' : speakers.size === 1 ? 'over_time' : 'between_speakers',
        claims: ids,
      };
    });
}

const daysFresh = (property: string) => (/^(price|pricing)$/.test(property) ? 90 : /^(panel_ship|community_votes|adoption)$/.test(property) ? 120 : 365);

export const isStale = (property: string, seen: string, now: string) =>
  (Date.parse(now) - Date.parse(seen)) / 86_400_000 > daysFresh(property);

function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let place = 1; place <= left.length; place += 1) {
    const next = [place];
    for (let other = 1; other <= right.length; other += 1) {
      const changed = (row[other - 1] ?? 0) + (left[place - 1] === right[other - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[other] ?? 0) + 1, (next[other - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

const editions = /\b(pro|plus|team|enterprise|cloud|lite|cli)\b/g;

/** How two names are alike; nothing where they are not. */
export function likenessOf(one: string, other: string): NameLikeness | null {
  const [left, right] = [nameKey(one), nameKey(other)];
  if (left === '' || right === '' || left === right) return null;
  const alike = (score: number, ground: LikenessGround, kinship: NameLikeness['kinship'] = 'same') => ({ score, kinship, grounds: [ground] });
  const bare = (text: string) => text.replaceAll(' ', '');
  const tidy = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  if (bare(left) === bare(right)) return alike(0.98, 'same_words');
  if (tidy(left.replaceAll(editions, '')) === tidy(right.replaceAll(editions, ''))) return alike(0.8, 'edition', 'edition');
  if (tidy(left.replaceAll(/v?\d+/g, '')) === tidy(right.replaceAll(/v?\d+/g, ''))) return alike(0.8, 'version', 'version');
  if (left.startsWith(`${right} `) || right.startsWith(`${left} `)) return alike(0.85, 'addition');
  const longest = Math.max(left.length, right.length);
  return longest > 4 && distance(left, right) <= 2 ? alike(1 - distance(left, right) / longest, 'spelling') : null;
}

export const groundLabels: Partial<Record<LikenessGround, string>> = {
  same_words: 'the same words, written differently',
  spelling: 'almost the same spelling',
  addition: 'one name only adds a maker or a common word',
  version: 'the same name with another number',
  edition: 'the same name with an edition',
};

/** Whether a tool fits the conditions of a query; the words are looked for in its name and texts. */
export function fits(tool: ToolSummary, query: string, texts: string): boolean {
  const parts = query.match(/[^\s"]+"[^"]*"|\S+/g) ?? [];
  return parts.every((part) => {
    const price = /^price([<>])(=?)[$€£]?([\d.]+)(\/(?:yr|year))?/i.exec(part);
    const { monthly, currency, licence, offline, verified } = tool.facets;
    if (price) {
      const amount = Number(price[3]) / (price[4] === undefined ? 1 : 12);
      if (monthly === null) return false;
      return (price[2] === '=' && monthly === amount) || (price[1] === '<' ? monthly < amount : monthly > amount);
    }
    const colon = part.indexOf(':');
    const key = colon > 0 ? part.slice(0, colon).toLowerCase() : '';
    const value = fold(part.slice(colon + 1).replaceAll('"', ''));
    const equal = (text: string | null) => text !== null && fold(text) === value;
    switch (key) {
      case 'licence':
      case 'license':
        return licence === value.replaceAll('-', '_');
      case 'offline':
        return offline === (value === 'yes');
      case 'is':
        return { verified, free: monthly === 0, stale: tool.stale, contradicted: tool.contradictions > 0 }[value] ?? false;
      case 'tag':
        return tool.tags.some((tag) => fold(tag) === value);
      case 'category':
        return equal(tool.category);
      case 'vendor':
      case 'by':
        return equal(tool.vendor);
      case 'currency':
        return monthly === 0 || equal(currency);
      default:
        return fold(`${tool.name} ${texts}`).includes(fold(part));
    }
  });
}

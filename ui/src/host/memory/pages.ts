/** Made-up pages of made-up tools, with what the rules would propose for each. */
import type { EvidenceLine, Money, Opinion, PageKind, ProposedClaim, Speaker, Status, Value } from '../types';
import { Drawing } from './drawing';

export interface SamplePage {
  name: string;
  kind: PageKind;
  drawing: Drawing;
  tools: { name: string; claims: ProposedClaim[] }[];
}

interface Details {
  status?: Status;
  reasons?: string[];
  opinions?: Opinion[];
  confidence?: number;
  value?: Value;
}

function claim(property: string, speaker: Speaker, lines: EvidenceLine[], details: Details = {}): ProposedClaim {
  const raw = lines.map((line) => line.text).join(' ');
  const { status = 'verified', reasons = [], confidence = 0.96, value = { type: 'text', text: raw } } = details;
  const found = status !== 'not_found';
  return {
    property,
    value,
    raw_text: raw,
    speaker,
    confidence,
    status,
    reasons,
    evidence: found ? lines : [],
    opinions: details.opinions ?? [],
    matched: found ? (status === 'verified' ? 'exact' : 'fuzzy') : 'none',
  };
}

function money(amount: number | null, details: Partial<Money> = {}): Value {
  return {
    type: 'money',
    amount,
    currency: amount ? 'USD' : null,
    period: amount ? 'month' : null,
    plan: null,
    per_seat: false,
    qualifier: null,
    ...details,
  };
}

const soft = '#5b6472';
const faint = '#8a93a1';

function navigation(drawing: Drawing, name: string, items: string[], dark = false): void {
  const color = dark ? '#e9ecf2' : '#1c2330';
  drawing.box(64, 34, 26, 26, '#2f6f62', 7);
  drawing.text(name, 102, 54, 20, { weight: 700, color });
  items.forEach((item, index) => drawing.text(item, 760 + index * 110, 53, 15, { color: dark ? '#aeb6c4' : soft }));
}

function launchPage(): SamplePage {
  const drawing = new Drawing(1280, 1010, '#fbfaf7');
  navigation(drawing, 'Pinfold', ['Product', 'Docs', 'Pricing', 'Changelog']);
  const name = drawing.text('Pinfold', 64, 190, 64, { weight: 700 });
  const tagline = drawing.text('A clean room for every pull request', 64, 246, 30, { color: '#2f6f62' });
  const description = drawing.paragraph(
    [
      'Pinfold starts a throwaway environment for each pull request, runs your checks',
      'in it and tears it down when the branch is merged. Nothing is shared between runs.',
    ],
    64,
    304,
    19,
    { color: soft },
  );
  drawing.box(64, 366, 190, 48, '#2f6f62', 10);
  drawing.text('Start for free', 104, 396, 18, { weight: 700, color: '#ffffff' });
  const category = drawing.text('Developer tools · CI', 280, 396, 16, { color: faint });
  const features = ['One sandbox per branch', 'Secrets never leave the sandbox', 'Starts in under 4 seconds'];
  const texts = [
    ['Every branch gets its own database,', 'queue and file system.'],
    ['Keys are injected per run and wiped', 'when the run ends.'],
    ['Snapshots are resumed, not built.', 'Median over 1.2 million runs.'],
  ];
  const titles = features.map((feature, index) => {
    drawing.box(64 + index * 396, 476, 364, 190, '#ffffff', 14, '#e4e0d6');
    drawing.paragraph(texts[index] ?? [], 92 + index * 396, 570, 17, { color: soft });
    return drawing.text(feature, 92 + index * 396, 528, 20, { weight: 700 });
  });
  const works = drawing.text('Works with GitHub, GitLab and Forgejo', 64, 744, 18);
  const limit = drawing.text('Windows runners are not available yet', 64, 784, 18);
  drawing.box(64, 834, 1152, 110, '#f0eee6', 14);
  const adoption = drawing.text('2,400 teams run their checks in Pinfold', 104, 898, 22, { weight: 700 });
  const vendor = (property: string, lines: EvidenceLine[], details?: Details) => claim(property, 'vendor', lines, details);
  return {
    name: 'pinfold-launch.png',
    kind: 'launch',
    drawing,
    tools: [
      {
        name: 'Pinfold',
        claims: [
          vendor('name', [name]),
          vendor('tagline', [tagline]),
          vendor('description', description),
          vendor('category', [category], { value: { type: 'text', text: 'Developer tools' } }),
          ...titles.map((line, index) => vendor(['feature', 'privacy_security', 'performance'][index] ?? 'other', [line])),
          vendor('compatibility', [works]),
          vendor('limitation', [limit]),
          vendor('adoption', [adoption]),
        ],
      },
    ],
  };
}

function pricingPage(name: string, file: string, prices: [string, string, string, Value][]): SamplePage {
  const drawing = new Drawing(1280, 820, '#ffffff');
  if (name !== '') navigation(drawing, name, ['Product', 'Docs', 'Pricing', 'Sign in']);
  else drawing.box(64, 34, 40, 40, '#b4552d', 20);
  drawing.text('Plans that grow with your team', 64, 170, 40, { weight: 700 });
  drawing.text('Switch or cancel at any time. Prices without tax.', 64, 212, 18, { color: soft });
  const claims = prices.map(([plan, price, note, value], index) => {
    const x = 64 + index * 396;
    drawing.box(x, 268, 364, 420, index === 1 ? '#f3f7f5' : '#ffffff', 16, index === 1 ? '#2f6f62' : '#dfe3e8');
    drawing.text(plan, x + 32, 322, 20, { weight: 700, color: '#2f6f62' });
    const line = drawing.text(price, x + 32, 390, 38, { weight: 700 });
    const small = drawing.text(note, x + 32, 426, 16, { color: soft });
    drawing.paragraph(['Unlimited public projects', 'Community support', 'Seven days of logs'].slice(0, 3 - (index === 2 ? 1 : 0)), x + 32, 490, 17);
    return claim('price', 'vendor', [line, small], { value });
  });
  const terms = drawing.text('Open-source projects are free for ever, with no limit on seats', 64, 752, 18);
  claims.push(claim('pricing', 'vendor', [terms]));
  return { name: file, kind: 'pricing', drawing, tools: [{ name, claims }] };
}

function repositoryPage(): SamplePage {
  const drawing = new Drawing(1280, 900, '#0f1319');
  const light = '#e9ecf2';
  const grey = '#aeb6c4';
  drawing.box(0, 0, 1280, 64, '#171c24');
  drawing.text('marrow-ci / marrow', 64, 41, 20, { weight: 700, color: light });
  const stars = drawing.text('8.1k stars', 1100, 41, 16, { color: grey });
  const name = drawing.text('Marrow', 64, 160, 48, { weight: 700, color: light });
  const tagline = drawing.text('Reruns only the tests your change can reach', 64, 208, 24, { color: '#8fc7b8' });
  const description = drawing.paragraph(
    ['Marrow traces which lines each test touches and keeps that map up to date.', 'A push then runs the tests that can fail, and skips the ones that cannot.'],
    64,
    262,
    18,
    { color: grey },
  );
  drawing.box(64, 340, 1152, 1, '#2a313c');
  drawing.text('Features', 64, 392, 26, { weight: 700, color: light });
  const features = drawing.paragraph(['Line-level test selection', 'Replays a failed run on your laptop', 'Self-hosted or in our cloud'], 92, 440, 18, { color: light });
  drawing.text('Benchmarks', 64, 560, 26, { weight: 700, color: light });
  const benchmark = drawing.text('Django test suite: 11.4 min to 1.9 min on the same machine', 92, 604, 18, { color: light });
  drawing.text('Requirements', 64, 676, 26, { weight: 700, color: light });
  const works = drawing.text('Python 3.10+, Node 20+, Go 1.22+', 92, 720, 18, { color: light });
  const limit = drawing.text('Tests that depend on wall-clock time are always rerun', 92, 756, 18, { color: light });
  const license = drawing.text('Apache-2.0 license', 64, 830, 18, { color: grey });
  const vendor = (property: string, lines: EvidenceLine[], details?: Details) => claim(property, 'vendor', lines, details);
  return {
    name: 'marrow-readme.png',
    kind: 'repository',
    drawing,
    tools: [
      {
        name: 'Marrow',
        claims: [
          vendor('name', [name]),
          vendor('tagline', [tagline]),
          vendor('description', description),
          ...features.map((line) => vendor('feature', [line])),
          vendor('benchmark', [benchmark]),
          vendor('compatibility', [works]),
          vendor('limitation', [limit]),
          vendor('license', [license]),
          vendor('adoption', [stars]),
        ],
      },
    ],
  };
}

interface Column {
  name: string;
  tagline: string;
  panel: number;
  entry: string;
  entryValue: Value;
  description: string[];
  quotes: string[][];
}

interface Edition {
  file: string;
  panel: [number, number];
  price: number;
  quotes: [string[][], string[][]];
  /** Whether a part of the page is hard to read. */
  worn: boolean;
}

function comparisonPage(edition: Edition): SamplePage {
  const drawing = new Drawing(1280, 1500, '#ffffff');
  drawing.text('TOOL COMPARISON', 64, 84, 14, { weight: 700, color: faint });
  drawing.text('Pinfold vs Marrow', 64, 146, 46, { weight: 700 });
  drawing.text('Two ways to make checks faster, read side by side.', 64, 190, 20, { color: soft });
  const columns: Column[] = [
    {
      name: 'Pinfold',
      tagline: 'A clean room for every pull request',
      panel: edition.panel[0],
      entry: 'Free',
      entryValue: money(0),
      description: ['Throwaway environments per pull request, with', 'databases and queues included. Hosted only.'],
      quotes: edition.quotes[0],
    },
    {
      name: 'Marrow',
      tagline: 'Reruns only the tests your change can reach',
      panel: edition.panel[1],
      entry: `$${edition.price}/mo`,
      entryValue: money(edition.price, { qualifier: 'from' }),
      description: ['Test selection from traced coverage, in the', 'cloud or on your own machines.'],
      quotes: edition.quotes[1],
    },
  ];
  const tools = columns.map((column, index) => {
    const x = 64 + index * 596;
    drawing.box(x, 240, 556, 470, '#fafbfc', 18, '#e1e5ea');
    const category = drawing.text('Developer Tools', x + 32, 288, 15, { weight: 700, color: '#2f6f62' });
    const name = drawing.text(column.name, x + 32, 338, 34, { weight: 700 });
    const tagline = drawing.text(column.tagline, x + 32, 378, 18, { color: soft });
    ['PANEL SHIP', 'COMMUNITY', 'ENTRY'].forEach((label, place) => {
      drawing.box(x + 32 + place * 166, 412, 150, 104, '#ffffff', 12, '#e1e5ea');
      drawing.text(label, x + 50 + place * 166, 444, 12, { weight: 700, color: faint });
    });
    const panel = drawing.text(`${column.panel}%`, x + 50, 492, 30, { weight: 700 });
    const community = drawing.text('—', x + 216, 492, 30, { weight: 700 });
    const entry = drawing.text(column.entry, x + 382, 492, 30, { weight: 700 });
    const description = drawing.paragraph(column.description, x + 32, 574, 18);
    const site = (property: string, lines: EvidenceLine[], details?: Details) => claim(property, 'site', lines, details);
    const quotes = column.quotes.map((quote, place) => {
      drawing.box(x, 800 + place * 200, 556, 176, '#ffffff', 14, '#e1e5ea');
      drawing.text(place === 0 ? 'The Builder' : 'The Skeptic', x + 32, 844 + place * 200, 15, { weight: 700, color: '#2f6f62' });
      return drawing.paragraph(quote, x + 32, 886 + place * 200, 18);
    });
    return {
      name: column.name,
      claims: [
        site('name', [name]),
        site('category', [category]),
        site('tagline', [tagline]),
        site('description', description),
        site('price', [entry], {
          value: column.entryValue,
          ...(edition.worn && index === 1 ? { status: 'needs_review' as const, reasons: ['digits_uncertain'], confidence: 0.61 } : {}),
        }),
        site('panel_ship', [panel], { value: { type: 'percent', percent: column.panel } }),
        ...(index === 0
          ? [
              site('community_votes', [community], {
                value: { type: 'not_stated' },
                ...(edition.worn ? { status: 'needs_review' as const, reasons: ['low_confidence'] } : {}),
              }),
            ]
          : []),
        ...quotes.map((quote) => claim('review', 'reviewer', quote)),
        ...(edition.worn && index === 1
          ? [
              claim('benchmark', 'site', [{ text: 'Twice as fast as the next best runner', bounds: panel.bounds }], {
                status: 'not_found',
                reasons: ['no_evidence'],
                confidence: 0.32,
              }),
            ]
          : []),
      ],
    };
  });
  drawing.text('Reviewer scorecard', 64, 768, 26, { weight: 700 });
  drawing.text('Weekly verdicts by mail. Read the next comparison before it is public.', 64, 1330, 18, { color: soft });
  drawing.box(64, 1370, 1152, 1, '#e1e5ea');
  drawing.text('Made-up page of made-up tools', 64, 1420, 14, { color: faint });
  return { name: edition.file, kind: 'comparison', drawing, tools };
}

export interface SamplePages {
  launch: SamplePage;
  pricing: SamplePage;
  repository: SamplePage;
  comparison: SamplePage;
  earlier: SamplePage;
  unnamed: SamplePage;
  later: SamplePage;
}

export function samplePages(): SamplePages {
  return {
    launch: launchPage(),
    pricing: pricingPage('Pinfold', 'pinfold-pricing-march.png', [
      ['Hobby', '$0', 'for one person', money(0, { plan: 'Hobby' })],
      ['Team', '$16', 'per seat, per month', money(16, { plan: 'Team', per_seat: true })],
      ['Company', 'Let’s talk', 'with single sign-on', money(null, { plan: 'Company' })],
    ]),
    later: pricingPage('Pinfold', 'pinfold-pricing.png', [
      ['Hobby', '$0', 'for one person', money(0, { plan: 'Hobby' })],
      ['Team', '$20', 'per seat, per month', money(20, { plan: 'Team', per_seat: true })],
      ['Company', 'Let’s talk', 'with single sign-on', money(null, { plan: 'Company' })],
    ]),
    repository: repositoryPage(),
    comparison: comparisonPage({
      file: 'pinfold-vs-marrow.png',
      panel: [75, 100],
      price: 12,
      worn: true,
      quotes: [
        [
          ['Ships for teams that lost a weekend to a', 'shared staging database. The isolation is real.'],
          ['Four seconds is the median. The cold start I', 'measured was nineteen, so look at the tail.'],
        ],
        [
          ['The map of tests to lines is boring in the best', 'way: it is a file you can read and check in.'],
          ['It ships because it fails safe. When the map is', 'stale, everything runs.'],
        ],
      ],
    }),
    earlier: comparisonPage({
      file: 'pinfold-vs-marrow-october.png',
      panel: [50, 100],
      price: 10,
      worn: false,
      quotes: [
        [
          ['One branch, one database, no arguments about', 'who broke staging. I would ship with it.'],
          ['It skips for me until secrets can be scoped to', 'a single check.'],
        ],
        [
          ['We went from eleven minutes to two and nobody', 'had to change how they write tests.'],
          ['The first week of tracing is slow. After that it', 'earns its place.'],
        ],
      ],
    }),
    unnamed: pricingPage('', 'Screenshot 2026-11-19 at 10.42.08.png', [
      ['Solo', '$9', 'per month', money(9, { plan: 'Solo' })],
      ['Studio', '$29', 'per month, billed yearly', money(29, { plan: 'Studio', qualifier: 'billed yearly' })],
      ['Custom', 'Contact us', 'for more than 50 people', money(null, { plan: 'Custom' })],
    ]),
  };
}

/** The properties as crates/domain declares them, for the in-memory host. */
import type { ClaimKind, Property, Section } from '../types';

function text(
  id: string,
  label: string,
  kind: ClaimKind,
  section: Section,
  definition: string,
  cardinality: Property['cardinality'] = 'many',
): Property {
  return { id, label, kind, datatype: 'text', cardinality, section, definition };
}

export const properties: Property[] = [
  text('name', 'Name', 'other', 'identity', 'What the tool is called on the page.', 'one'),
  text('category', 'Category', 'other', 'identity', 'The sort of tool, in the page’s own words.', 'one'),
  text('tagline', 'Tagline', 'other', 'identity', 'The one line under the name that says what it is.', 'one'),
  text('description', 'Description', 'other', 'identity', 'A neutral summary of two or three sentences.', 'one'),
  {
    ...text('price', 'Price', 'pricing', 'price', 'One plan’s price: amount, currency, period and plan as written.'),
    datatype: 'money',
  },
  {
    ...text('panel_ship', 'Panel ship', 'other', 'verdict', 'A panel’s share of ship verdicts, as that page claims it.', 'one'),
    datatype: 'percent',
  },
  text('community_votes', 'Community votes', 'other', 'verdict', 'Community votes as the page shows them.', 'one'),
  text('review', 'Reviews', 'other', 'verdict', 'What a reviewer or a user says, verbatim.'),
  text('feature', 'Features', 'feature', 'claims', 'Something the tool does.'),
  text('performance', 'Performance', 'performance', 'claims', 'A statement of speed, size or efficiency.'),
  text('benchmark', 'Benchmarks', 'benchmark', 'claims', 'A result on a named test or against named rivals.'),
  text('compatibility', 'Compatibility', 'compatibility', 'claims', 'Platforms, languages, formats and tools it works with.'),
  text('license', 'License', 'license', 'claims', 'The terms it may be used under.'),
  text('privacy_security', 'Privacy and security', 'privacy_security', 'claims', 'How it treats data, secrets and attacks.'),
  text('pricing', 'Pricing terms', 'pricing', 'claims', 'What costs money and what does not, in words.'),
  text('adoption', 'Adoption', 'adoption', 'claims', 'Who uses it and how many.'),
  text('availability', 'Availability', 'availability', 'claims', 'Where and since when it can be had.'),
  text('limitation', 'Limitations', 'limitation', 'claims', 'What it does not do or where it breaks.'),
  text('other', 'Other', 'other', 'claims', 'A statement about the tool that fits no other property.'),
];

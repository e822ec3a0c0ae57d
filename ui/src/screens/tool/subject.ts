/** A claim as the evidence panel shows it. */
import { displayValue, planOf, propertyLabel } from '../../format';
import type { Claim, Property } from '../../host/types';
import type { EvidenceSubject } from '../../state/app.svelte';

export function claimSubject(claim: Claim, properties: readonly Property[], past = false): EvidenceSubject {
  const plan = planOf(claim.value);
  return {
    label: propertyLabel(properties, claim.property) + (plan === null ? '' : ` · ${plan}`),
    text: displayValue(claim.value),
    status: claim.status,
    speaker: claim.speaker,
    since: claim.valid_from,
    locked: claim.locked,
    evidence: claim.evidence,
    tool: null,
    claim: claim.id,
    past,
  };
}

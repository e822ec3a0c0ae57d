/**
 * Model packs in memory: a few in every state, an installation that takes three steps.
 *
 * Invariant: for tests and for looking at the window in a browser only; commits and hashes are made up and marked so.
 */
import { HostError, nothing, type AppEvent, type AppStatus, type CommandName, type Pack, type PackList, type Request, type Response } from '../types';

type Names = Extract<
  CommandName,
  `${string}_pack` | `${string}_packs` | 'add_pack_folder' | 'add_pack_file' | 'set_offline'
>;
type Handlers = { [K in Names]: (request: Request<K>) => Response<K> };

const digits = (seed: string, length: number) => seed.repeat(length).slice(0, length);
const madeUpCommit = digits('c0ffee', 40);

function pack(id: string, title: string, rest: Partial<Pack>): Pack {
  return {
    id,
    title,
    about: '',
    repository: null,
    licence: 'Apache-2.0',
    languages: ['English'],
    parameters: null,
    bytes: null,
    memory_needed: null,
    measured: null,
    state: { type: 'not_installed' },
    origin: null,
    files: [],
    pinned: false,
    chosen: false,
    ...rest,
  };
}

function samplePacks(): Pack[] {
  const files = [
    { name: 'config.json', bytes: 1_284, sha256: digits('1a2b', 64) },
    { name: 'model.safetensors', bytes: 512_997_416, sha256: digits('3c4d', 64) },
    { name: 'tokenizer.json', bytes: 3_547_578, sha256: digits('5e6f', 64) },
  ];
  return [
    pack('smolvlm-256m', 'SmolVLM 256M Instruct', {
      about: 'The smallest: quick on any laptop, weak at long answers.',
      repository: 'HuggingFaceTB/SmolVLM-256M-Instruct',
      parameters: 256_500_000,
      bytes: 516_546_278,
      memory_needed: 670_000_000,
      state: { type: 'ready' },
      origin: { type: 'hub', repository: 'HuggingFaceTB/SmolVLM-256M-Instruct', commit: madeUpCommit },
      files,
      chosen: true,
    }),
    pack('granite-docling-258m', 'Granite Docling 258M', {
      about: 'Made for transcribing documents, not for answering questions.',
      repository: 'ibm-granite/granite-docling-258M',
      languages: ['English', 'experimental: Japanese, Arabic, Chinese'],
      parameters: 258_000_000,
      state: { type: 'broken', message: 'tokenizer.json does not have the recorded size. Install it again.' },
      bytes: 530_000_000,
      origin: { type: 'pack_file', repository: 'ibm-granite/granite-docling-258M', commit: madeUpCommit },
      files: files.slice(0, 1),
      pinned: true,
    }),
    pack('smolvlm-500m', 'SmolVLM 500M Instruct', {
      about: 'Reads pages better than the smallest and answers more reliably.',
      repository: 'HuggingFaceTB/SmolVLM-500M-Instruct',
      parameters: 507_400_000,
      memory_needed: 1_220_000_000,
      state: { type: 'unfinished', held: 188_000_000 },
    }),
    pack('smolvlm2-500m-video', 'SmolVLM2 500M Video Instruct', {
      about: 'The middle one of the second generation; used for pictures only.',
      repository: 'HuggingFaceTB/SmolVLM2-500M-Video-Instruct',
      parameters: 507_400_000,
      bytes: 2_030_000_000,
      memory_needed: 1_220_000_000,
    }),
    pack('smolvlm-2.2b', 'SmolVLM 2.2B Instruct', {
      about: 'The largest of the first generation; slow without a graphics processor.',
      repository: 'HuggingFaceTB/SmolVLM-Instruct',
      parameters: 2_246_300_000,
      bytes: 4_500_000_000,
      memory_needed: 5_300_000_000,
    }),
    pack('house-finetune', 'house-finetune', {
      licence: null,
      languages: [],
      parameters: 256_500_000,
      bytes: 1_030_000_000,
      memory_needed: 670_000_000,
      state: { type: 'unchecked', message: 'model.safetensors was written to since its hash was checked. Verify the pack.' },
      origin: { type: 'folder' },
      files,
    }),
  ];
}

export function memoryPacks(emit: (event: AppEvent) => void) {
  const list: PackList = {
    packs: samplePacks(),
    folder: '~/.local/share/shortlist/models',
    memory: { free: 5_100_000_000, total: 16_600_000_000 },
    disk_free: 84_000_000_000,
    offline: false,
    offline_fixed: false,
    notice: null,
  };
  let connections = 0;
  const changed = () => queueMicrotask(() => emit({ type: 'changed', tags: ['packs', 'status'] }));
  const find = (id: string): Pack => {
    const found = list.packs.find((each) => each.id === id);
    if (!found) throw new HostError('not_found', `There is no pack called "${id}". Nothing was changed.`);
    return found;
  };
  const agreed = (yes: boolean) => {
    if (!yes) throw new HostError('not_agreed', 'This needs a connection to the model Hub, and nobody agreed to it. Nothing was sent and nothing was changed.');
    if (list.offline) throw new HostError('offline', 'Connections are switched off, so the Hub was not asked. Nothing was changed.');
  };
  const handlers: Handlers = {
    list_packs: () => list,
    look_up_pack: ({ pack: id, agreed: yes }) => {
      agreed(yes);
      const { repository, state } = find(id);
      connections += 4;
      changed();
      return {
        pack: id,
        repository: repository ?? '',
        commit: madeUpCommit,
        files: [
          { name: 'config.json', bytes: 1_284, hash: { type: 'git_blob', hex: digits('9a', 40) } },
          { name: 'model.safetensors', bytes: 1_015_025_832, hash: { type: 'sha256', hex: digits('7b', 64) } },
          { name: 'tokenizer.json', bytes: 3_547_578, hash: { type: 'sha256', hex: digits('8c', 64) } },
        ],
        bytes: 1_018_574_694,
        held: state.type === 'unfinished' ? state.held : 0,
        disk_free: list.disk_free,
        bound: false,
      };
    },
    install_pack: ({ pack: id, agreed: yes, bytes }) => {
      agreed(yes);
      const target = find(id);
      target.state = { type: 'ready' };
      target.bytes = bytes;
      connections += 3;
      changed();
      return target;
    },
    add_pack_folder: () => null,
    add_pack_file: () => {
      throw new HostError('bad_pack_file', 'This is not a pack file that can be used: it is no tar archive. Nothing was installed.');
    },
    export_pack: ({ id }) => ({ path: `~/${id}.shortlist-pack` }),
    verify_pack: ({ id }) => {
      const { state, files, bytes } = find(id);
      const damage = state.type === 'broken' ? ['tokenizer.json is not as recorded.'] : [];
      return { pack: id, files: files.length, bytes: bytes ?? 0, damage };
    },
    measure_pack: ({ id }) => {
      const target = find(id);
      target.measured = { device: 'CPU, 8-bit', load_seconds: 1.2, first_token_seconds: 9.4, tokens_per_second: 11.3, peak_memory: 470_000_000 };
      changed();
      return target.measured;
    },
    cancel_pack: () => nothing,
    remove_pack: ({ pack: id }) => {
      Object.assign(find(id), { state: { type: 'not_installed' }, chosen: false });
      changed();
      return nothing;
    },
    use_pack: ({ pack: id, anyway }) => {
      const wanted = id === null ? null : find(id);
      if (wanted && !anyway && (wanted.memory_needed ?? 0) > list.memory.free) {
        throw new HostError('not_enough_memory', `${wanted.title} needs more memory than is free. Nothing was stopped.`);
      }
      for (const each of list.packs) each.chosen = each === wanted;
      changed();
      return nothing;
    },
    set_offline: ({ offline }) => {
      list.offline = offline;
      changed();
      return nothing;
    },
  };
  const status = (): Pick<AppStatus, 'connections' | 'hosts' | 'offline' | 'model' | 'model_notice'> => ({
    connections,
    hosts: connections > 0 ? [{ host: 'huggingface.co', connections }] : [],
    offline: list.offline,
    model: list.packs.find(({ chosen, state }) => chosen && state.type === 'ready')?.title ?? null,
    model_notice: list.notice,
  });
  return { handlers, status, list };
}

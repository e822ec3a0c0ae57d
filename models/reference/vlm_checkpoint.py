"""Checkpoints of the SmolVLM family in the Hub's layout: configuration files, a made tokenizer, random weights.

Invariant: the same arguments give the same bytes with the same library versions. Must not: download anything, or
contain text or weights of a published model. The special tokens, the tokenizer's pipeline, the chat template and the
file layout are the family's, because they are what a loader has to cope with.
"""

import json

import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoConfig, AutoModelForImageTextToText

CHAT_TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}"
    "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
    "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
    "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n"
    "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)
"""Turns one conversation into the prompt that the family's processors expand."""

FIRST_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
FAKE_IMAGE, IMAGE, GLOBAL_IMAGE = "<fake_token_around_image>", "<image>", "<global-img>"
END_OF_UTTERANCE = "<end_of_utterance>"
GRID_LIMIT = 6

SENTENCES = [
    "Read the words in the picture.",
    "User: What does the page say?\n\nAssistant: The page says nothing about that.\n",
    "The plan costs less in the first year, and the price is shown per seat.\n\n",
    "Answer with words that stand in the picture, in the order in which they stand there.\n",
    "Compare the two tools and name the one that the reader should look at first.\n\n",
]
"""What the made tokenizer learns its merges from."""
DOUBLE_LINE_END = ["\n\n"] * 40
"""Makes two line ends one token, as in the family: the prompt has them between the last tile row and the whole picture."""


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def grid_tokens():
    """Names of the tokens that stand before each tile, row by row."""
    places = range(1, GRID_LIMIT + 1)
    return [f"<row_{row}_col_{column}>" for row in places for column in places]


def make_tokenizer(merges=24, row_tokens=True, vocabulary_size=None, characters=False, whole=()):
    """Byte-level BPE with single digits, as the family has it, and the special tokens behind the merges.

    With `row_tokens` false the tile markers are plain text, as in the first 2.2B model. `characters` leaves the merges
    out but for the double line end; `whole` lists strings that are one token nevertheless. `vocabulary_size` fills up with reserved tokens before the end-of-utterance token.
    """
    tokenizer = Tokenizer(models.BPE(unk_token="<|endoftext|>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    sentences = DOUBLE_LINE_END if characters else SENTENCES + DOUBLE_LINE_END
    size = len(FIRST_TOKENS) + len(alphabet) + (1 if characters else merges)
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=FIRST_TOKENS, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(sentences, trainer)
    added = ([GLOBAL_IMAGE, *grid_tokens()] if row_tokens else []) + [FAKE_IMAGE, IMAGE]
    used = tokenizer.get_vocab_size() + len(added) + 1
    if vocabulary_size is not None:
        if used > vocabulary_size:
            raise ValueError(f"the vocabulary needs {used} entries, {vocabulary_size} were asked for")
        added += [f"<|reserved_special_token_{index}|>" for index in range(vocabulary_size - used)]
    added.append(END_OF_UTTERANCE)
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in whole])
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in added])
    return tokenizer


def write_checkpoint_files(folder, configuration, tokenizer, tile, longest_edge, image_sequence_length):
    """Everything but the weights. `configuration` is written as it stands: absent keys stay absent."""
    folder.mkdir(parents=True, exist_ok=True)
    smolvlm = configuration["model_type"] == "smolvlm"
    family = "SmolVLM" if smolvlm else "Idefics3"
    eos = tokenizer.token_to_id(END_OF_UTTERANCE)
    write_json(folder / "config.json", configuration)
    write_json(
        folder / "generation_config.json", {"_from_model_config": True, "bos_token_id": 1, "eos_token_id": eos, "pad_token_id": 2}
    )
    preprocessor = {
        "do_convert_rgb": True,
        "do_image_splitting": True,
        "do_normalize": True,
        "do_pad": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_processor_type": f"{family}ImageProcessor",
        "image_std": [0.5, 0.5, 0.5],
        "max_image_size": {"longest_edge": tile},
        "processor_class": f"{family}Processor",
        "resample": 1,
        "rescale_factor": 1 / 255,
        "size": {"longest_edge": longest_edge},
    }
    if smolvlm:
        preprocessor["video_sampling"] = {"fps": 1, "max_frames": 64, "video_size": {"longest_edge": tile}}
    write_json(folder / "preprocessor_config.json", preprocessor)
    write_json(
        folder / "processor_config.json", {"image_seq_len": image_sequence_length, "processor_class": f"{family}Processor"}
    )
    write_json(folder / "chat_template.json", {"chat_template": CHAT_TEMPLATE})
    tokenizer.save(str(folder / "tokenizer.json"))
    tokenizer_configuration = {
        "add_prefix_space": False,
        "additional_special_tokens": [FAKE_IMAGE, IMAGE, END_OF_UTTERANCE],
        "bos_token": "<|im_start|>",
        "clean_up_tokenization_spaces": False,
        "eos_token": END_OF_UTTERANCE,
        "model_max_length": configuration["text_config"].get("max_position_embeddings", 2048),
        "pad_token": "<|im_end|>",
        "processor_class": f"{family}Processor",
        "tokenizer_class": "GPT2Tokenizer",
        "unk_token": "<|endoftext|>",
    }
    if smolvlm:
        tokenizer_configuration |= {
            "end_of_utterance_token": END_OF_UTTERANCE,
            "fake_image_token": FAKE_IMAGE,
            "global_image_token": GLOBAL_IMAGE,
            "image_token": IMAGE,
        }
    write_json(folder / "tokenizer_config.json", tokenizer_configuration)


def random_weight(name, shape, tied, generator):
    """A tensor that keeps activations, attention scores and logits away from the trivial: fan-in scaled, norms near one."""
    numbers = torch.randn(shape, generator=generator)
    if "norm" in name and name.endswith("weight"):
        return 1.0 + 0.1 * numbers
    if name.endswith("bias"):
        return 0.1 * numbers
    if "position_embedding" in name:
        return 0.5 * numbers
    if "embed_tokens" in name:
        return numbers / shape[1] ** 0.5 if tied else numbers
    fan_in = numbers[0].numel()
    gain = 1.6 if "q_proj" in name or "k_proj" in name else 1.0
    return gain * numbers / fan_in**0.5


def random_weights(folder, seed):
    """Seeded weights, f32, by the names that the Hub's files have; shapes are those of the transformers class."""
    configuration = AutoConfig.from_pretrained(folder)
    with torch.device("meta"):
        network = AutoModelForImageTextToText.from_config(configuration)
    shapes = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    tied = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("tie_word_embeddings", False)
    if tied:
        shapes.pop("lm_head.weight")
    generator = torch.Generator().manual_seed(seed)
    return {name: random_weight(name, shapes[name], tied, generator) for name in sorted(shapes)}


def write_weights(folder, weights, dtype, shards=1):
    """`model.safetensors`, or `shards` files with their index."""
    weights = {name: tensor.to(dtype).contiguous() for name, tensor in weights.items()}
    if shards == 1:
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        return
    names = sorted(weights)
    size = -(-len(names) // shards)
    index = {}
    for number in range(shards):
        file = f"model-{number + 1:05}-of-{shards:05}.safetensors"
        part = {name: weights[name] for name in names[number * size : (number + 1) * size]}
        save_file(part, folder / file, metadata={"format": "pt"})
        index |= dict.fromkeys(part, file)
    total = sum(tensor.numel() * tensor.element_size() for tensor in weights.values())
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": index})

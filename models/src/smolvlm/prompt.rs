//! From a question to token ids: the checkpoint's chat template, the image's place holders, the tokenizer.
//!
//! Source: transformers 5, `processing_smolvlm.py` (`get_image_prompt_string`). Invariant: text of the question can
//! never become a special token. Must not: know pictures or the network.

use minijinja::{Environment, context};
use serde::Deserialize;
use serde_json::Value;
use tokenizers::Tokenizer;

use super::config::Config;
use super::preprocess::Grid;
use crate::ModelError;
use crate::folder::{Folder, unreadable};

pub(super) const TOKENIZER_FILE: &str = "tokenizer.json";

/// The template of the family, for folders without one.
const TEMPLATE: &str = "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}\
    {% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}\
    {% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}\
    {% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n\
    {% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}";
/// Steps that a template may take; the family's needs some hundred.
const TEMPLATE_FUEL: u64 = 1_000_000;

const END_OF_UTTERANCE: &str = "<end_of_utterance>";

/// Tokenizer, template and special tokens of a checkpoint.
pub(super) struct Prompter {
    tokenizer: Tokenizer,
    /// The bytes of `tokenizer.json`, from which a grammar makes its own tokenizer.
    tokenizer_bytes: Vec<u8>,
    template: String,
    image: String,
    around_image: String,
    global_image: String,
    specials: Vec<String>,
    end_tokens: Vec<u32>,
    image_token: u32,
    tokens_per_frame: usize,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TokenizerConfig {
    image_token: Option<String>,
    fake_image_token: Option<String>,
    global_image_token: Option<String>,
    eos_token: Option<Value>,
    chat_template: Option<Value>,
}

#[derive(Deserialize)]
struct TemplateFile {
    chat_template: String,
}

impl Prompter {
    pub(super) fn load(folder: &Folder, config: &Config) -> Result<Self, ModelError> {
        let tokenizer_bytes = folder.bytes(TOKENIZER_FILE)?;
        let tokenizer = Tokenizer::from_bytes(&tokenizer_bytes)
            .map_err(|error| unreadable(TOKENIZER_FILE, &error.to_string()))?;
        let settings: TokenizerConfig = folder.optional_json("tokenizer_config.json")?.unwrap_or_default();
        let template = template(folder, &settings)?;
        let image = settings.image_token.unwrap_or_else(|| "<image>".to_owned());
        let around_image =
            settings.fake_image_token.unwrap_or_else(|| "<fake_token_around_image>".to_owned());
        let global_image = settings.global_image_token.unwrap_or_else(|| "<global-img>".to_owned());
        let vocabulary = config.text.vocab_size;
        if let Some((token, id)) =
            tokenizer.get_vocab(true).iter().find(|(_, id)| **id as usize >= vocabulary)
        {
            let reason = format!("the token \"{token}\" has the id {id}, and the model knows {vocabulary}");
            return Err(unreadable(TOKENIZER_FILE, &reason));
        }
        if tokenizer.token_to_id(&image) != Some(config.image_token_id) {
            let reason =
                format!("\"{image}\" is not the token {} of the configuration", config.image_token_id);
            return Err(unreadable(TOKENIZER_FILE, &reason));
        }
        let eos = settings.eos_token.as_ref().and_then(text_of);
        let mut end_tokens = config.text.end_tokens.clone();
        end_tokens.extend(tokenizer.token_to_id(END_OF_UTTERANCE));
        end_tokens.extend(eos.and_then(|token| tokenizer.token_to_id(token)));
        end_tokens.sort_unstable();
        end_tokens.dedup();
        let added = tokenizer.get_added_tokens_decoder();
        let mut specials: Vec<String> = added.into_values().map(|token| token.content).collect();
        specials.retain(|special| special.chars().count() > 1);
        specials.sort_unstable();
        Ok(Self {
            tokenizer,
            tokenizer_bytes,
            template,
            image,
            around_image,
            global_image,
            specials,
            end_tokens,
            image_token: config.image_token_id,
            tokens_per_frame: config.tokens_per_frame(),
        })
    }

    pub(super) fn tokenizer_bytes(&self) -> &[u8] {
        &self.tokenizer_bytes
    }

    /// Whether a token ends the answer.
    pub(super) fn ends(&self, token: u32) -> bool {
        self.end_tokens.contains(&token)
    }

    pub(super) fn end_tokens(&self) -> &[u32] {
        &self.end_tokens
    }

    /// The texts of the special tokens.
    pub(super) fn specials(&self) -> &[String] {
        &self.specials
    }

    /// The ids of a prompt that shows one picture and then asks `question`.
    pub(super) fn picture_prompt(&self, grid: Grid, question: &str) -> Result<Vec<u32>, ModelError> {
        let question = self.harmless(question);
        let messages = serde_json::json!([
            { "role": "user", "content": [{ "type": "image" }, { "type": "text", "text": question }] }
        ]);
        let mut environment = Environment::new();
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_fuel(Some(TEMPLATE_FUEL));
        let rendered = environment
            .render_str(&self.template, context! { messages => messages, add_generation_prompt => true })
            .map_err(|error| unreadable("the chat template", &error.to_string()))?;
        if rendered.matches(&self.image).count() != 1 {
            return Err(unreadable("the chat template", "it does not name the picture exactly once"));
        }
        let text = rendered.replace(&self.image, &self.image_text(grid));
        let encoded = self
            .tokenizer
            .encode(text, true)
            .map_err(|error| unreadable(TOKENIZER_FILE, &error.to_string()))?;
        let tokens = encoded.get_ids().to_vec();
        let frames = grid.rows * grid.columns + 1;
        let places = tokens.iter().filter(|token| **token == self.image_token).count();
        if places != frames * self.tokens_per_frame {
            let needed = frames * self.tokens_per_frame;
            return Err(unreadable(
                TOKENIZER_FILE,
                &format!("it gives {places} image tokens where {needed} are needed"),
            ));
        }
        Ok(tokens)
    }

    /// The text that stands for a picture.
    fn image_text(&self, grid: Grid) -> String {
        let image = self.image.repeat(self.tokens_per_frame);
        let around = &self.around_image;
        let mut text = String::new();
        for row in 1..=grid.rows {
            for column in 1..=grid.columns {
                text.extend([around.as_str(), &format!("<row_{row}_col_{column}>"), &image]);
            }
            text.push('\n');
        }
        if grid.rows > 0 {
            text.push('\n');
        }
        text + around + &self.global_image + &image + around
    }

    /// The text with a space in each special token that it would spell, so that a page cannot speak as the template.
    fn harmless(&self, text: &str) -> String {
        let mut text = text.to_owned();
        while let Some(special) = self.specials.iter().find(|special| text.contains(special.as_str())) {
            let first = special.chars().next().map_or(0, char::len_utf8);
            let (head, tail) = special.split_at(first);
            text = text.replace(special.as_str(), &format!("{head} {tail}"));
        }
        text
    }

    /// Text of answer tokens, without special ones.
    pub(super) fn text(&self, tokens: &[u32]) -> Result<String, ModelError> {
        self.tokenizer.decode(tokens, true).map_err(|error| unreadable(TOKENIZER_FILE, &error.to_string()))
    }
}

/// A token in `tokenizer_config.json` is a string or an object with its content.
fn text_of(token: &Value) -> Option<&str> {
    token.as_str().or_else(|| token.get("content")?.as_str())
}

/// The checkpoint's template; the newer file wins, as in transformers.
fn template(folder: &Folder, settings: &TokenizerConfig) -> Result<String, ModelError> {
    if folder.has("chat_template.jinja") {
        return String::from_utf8(folder.bytes("chat_template.jinja")?)
            .map_err(|error| unreadable("chat_template.jinja", &error.to_string()));
    }
    if let Some(file) = folder.optional_json::<TemplateFile>("chat_template.json")? {
        return Ok(file.chat_template);
    }
    match &settings.chat_template {
        Some(Value::String(template)) => Ok(template.clone()),
        Some(Value::Array(named)) => {
            let default =
                named.iter().find(|entry| entry.get("name").and_then(Value::as_str) == Some("default"));
            let template = default.and_then(|entry| entry.get("template")).and_then(Value::as_str);
            Ok(template.unwrap_or(TEMPLATE).to_owned())
        }
        _ => Ok(TEMPLATE.to_owned()),
    }
}

//! Words that every site uses, and the words of platforms: what tells menus, buttons and mentions from names.
//!
//! Invariant: entries are lower case; lookups are exact. No entry stands for a single product of the page at hand.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

/// Entries of menus, footers and code hosts.
const MENU: &str = "\
    home|about|about us|company|products|product|pricing|docs|documentation|blog|news|contact|\
    contact us|features|solutions|resources|login|log in|sign in|sign up|register|careers|jobs|team|\
    support|help|faq|faqs|community|download|downloads|github|gitlab|discord|slack|twitter|x|\
    facebook|linkedin|instagram|youtube|mastodon|bluesky|reddit|changelog|releases|roadmap|status|\
    privacy|privacy policy|terms|terms of service|terms & conditions|terms of use|legal|license|\
    licensing|cookies|cookie policy|security|press|partners|customers|enterprise|developers|api|\
    api reference|guides|guide|tutorial|tutorials|examples|showcase|gallery|plugins|extensions|\
    add-ons|themes|templates|marketplace|store|shop|sponsors|sponsor|donate|search|menu|overview|\
    integrations|use cases|why|learn|forum|forums|wiki|code|issues|pull requests|actions|projects|\
    insights|discussions|readme|watch|fork|star|stars|forks|settings|profile|account|dashboard|\
    portfolio|events|webinars|affiliates|brand center|help center|testimonials|reviews|compare|\
    comparison|platform|packages|crates|install|installation|getting started|get started|\
    quick start|quickstart|configuration|usage|faq & help|newsletter|subscribe|rss|sitemap|\
    accessibility|imprint|contributing|contributors|activity|tags|branches|commits|public|\
    notifications|development|demo|live demo|website|explore|cart|english|language|languages|\
    screenshots|services|service|our team|work|book a demo|request demo|preferences|library|general|\
    appearance|accounts|inbox|archive|history|recent|trash|favourites|favorites|my account";

/// How the text of a button begins.
const CALLS: &str = "\
    get started|start free|start now|start trial|start a free|start your|start building|start your|sign up|sign in|log in|try it|\
    try for free|try now|try |buy now|buy |purchase|subscribe|download|install now|install|\
    learn more|read more|see more|view |see all|show more|book a|request a|schedule|contact sales|\
    talk to|choose plan|choose |select plan|select|upgrade|join now|join the|join us|watch the|\
    watch video|watch demo|explore |browse |get the|get it|get plugins|get figma|read the|open the|\
    go to|add to|copy|submit|continue|accept|reject|decline|got it|dismiss|star on|view on|fork on|\
    visit |check out|free trial|create account|create free|current plan|get |deploy now|\
    release notes|live demo|back to|next|previous";

/// Words that are no tool's name on their own: sentence openers, platforms, hosts, section titles.
const COMMON: &str = "\
    the|this|that|these|those|it|its|there|here|what|which|who|how|why|when|where|we|you|they|he|\
    she|i|our|your|my|their|all|any|each|every|both|some|many|most|more|other|one|two|three|and|or|\
    but|if|for|with|in|on|at|by|to|from|as|of|a|an|is|are|no|not|new|free|open|source|get|started|\
    features|feature|pricing|documentation|docs|installation|usage|license|readme|about|code|github|\
    gitlab|git|linux|macos|windows|mac|ios|android|ubuntu|debian|docker|kubernetes|python|rust|\
    javascript|typescript|java|go|ruby|php|node|google|microsoft|apple|amazon|aws|azure|twitter|\
    discord|slack|reddit|youtube|linkedin|facebook|english|apache|mit|bsd|gpl|isc|support|supports|\
    download|install|please|note|warning|important|tip|see|use|using|add|run|runs|set|create|build|\
    built|make|start|work|works|team|teams|user|users|company|enterprise|pro|plus|basic|starter|\
    premium|monthly|yearly|api|cli|gui|ui|ide|llm|llms|ai|app|web|data|cloud|security|privacy|\
    project|projects|people|developers|everything|nothing|something|anyone|everyone|now|then|also|\
    just|only|after|before|while|once|unlike|like|let|can|do|does|did|has|have|will|would|should|\
    may|might|must|january|february|march|april|june|july|august|september|october|november|\
    december|quick|simple|fast|easy|powerful|community|contributing|sponsors|sponsor|news|blog|\
    table|contents|introduction|overview|getting|examples|example|development|release|releases|\
    changelog|public|star|fork|watch|issues|actions|insights|stars|forks|sign|log|login|home|\
    contact|learn|read|try|view|website|chat|faq|demo|image|images|want|need|help|sample|highlights|\
    benefits|testimonials|questions|question|plans|plan|reviews|product|products|today|first|next|\
    last|yes|vs|versus|panel|ship|entry|reviewer|scorecard|currently|welcome|back|hello|meet|introducing|\
    undo|redo|setup|save|edit|delete|share|sync|sort|filter|report|reports|smart|live|instant|shared|private|\
    flexible|clear|always|offline|friendly|automatic|automated|custom|advanced|better|best|great|good|less|\
    real|time|modern|small|big|large|full|whole|every|own|way|ways|place|page|pages|part|parts|step|steps|\
    manage|track|plan|design|discover|explore|choose|pick|join|love|enjoy|keep|find|know|show|send|move|turn|\
    bring|give|take|lorem|ipsum|dolor|logo|notice|password|email|account|cookie|cookies|reading|rules|history|\
    files|folders|notes|tasks|work|working|workflow|workflows|teams|business|customer|customers|service|\
    services|solution|solutions|option|terminal|desktop|mobile|browser|screen|button|menu|link|links|list|\
    key|keys|value|values|name|type|size|speed|level|mode|dark|light|default|options|configuration|\
    requirements|settings|general|aim|goal|purpose|idea|result|results|default,|trusted|loved|used|\
    version|latest|stable|search|nobody|maintenance|main|master|branch|file|files|command|server|\
    client|team's|tutorial|library|package|packages|tool|tools|software|platform";

/// Platforms and tools whose mention speaks for compatibility.
const PLATFORMS: &str = "\
    windows|macos|mac|os x|linux|ios|ipados|android|ubuntu|debian|fedora|freebsd|openbsd|bsd|unix|\
    chrome|firefox|safari|edge|docker|kubernetes|podman|vs code|vscode|jetbrains|intellij|neovim|\
    vim|emacs|github actions|gitlab|buildkite|jenkins|slack|postgresql|postgres|mysql|sqlite|\
    mongodb|redis|s3|aws|azure|gcp|google cloud|openai|anthropic|claude|gpt-4o|gemini|llama|\
    deepseek|hugging face|pytorch|tensorflow|cuda|metal|python|javascript|typescript|java|rust|ruby|\
    go|php|kotlin|swift|c#|c++|react|vue|svelte|angular|django|rails|bash|zsh|fish|powershell|\
    raspberry pi|arm64|x86|wsl|terraform|zapier|notion|figma|jira|node.js|webassembly|wasm|arm|\
    nvidia|amd|homebrew|npm|wayland|x11|gnome|kde|steam|chromebook|iphone|ipad";

static LATIN_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| LATIN.split('|').collect());
static MENU_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| MENU.split('|').collect());
static COMMON_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.split('|').collect());
static PLATFORM_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| PLATFORMS.split('|').collect());

/// Titles of a page's sections, of lists of tools and of plans: no slogan and no name.
static SECTION_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^\W*(?:
            (?:key|main|core|all|powerful|other|more|our|the|app|product|amazing|awesome)?\s*(?:features|highlights|benefits|services|capabilities|integrations)
            | how\ (?:it|this|does|do|to)\b.* | why\b.*\? | (?:what|who|where|when|can|is|are|do|does)\b.*\?
            | what\ (?:people|users|others|customers|clients|our|they|you|is|it|we|reviewers).*
            | (?:words|love|kind\ words|voices|feedback|reviews|stories)\ (?:from|of|about)\b.* | testimonials? | reviews
            | frequently\ asked.* | faqs? | questions.* | common\ questions
            | (?:.{0,30}\b)?(?:pricing|prices?|plans?)\b.{0,24}
            | (?:loved|trusted|used|chosen)\ by\b[^\d]{0,40} | from\ (?:the|our)\ blog | (?:latest|recent)\ (?:news|posts|articles|stories|updates).*
            | get\ (?:started|in\ touch).* | ready\ (?:to|when|for)\b.* | contact(?:\ us)? | about(?:\ us|\ th(?:is|e)\ (?:app|tool|project|extension|program|software|plugin|package))? | (?:our|meet\ (?:the|our))\ (?:team|story|mission|customers|clients|work|products).*
            | table\ of\ contents | getting\ started.* | quick\ ?start.* | set\ ?up | install(?:ation|ing)?.* | usage | documentation | changelog | release\ notes | introduction | overview | screenshots? | demo | examples?
            | .*\bside\ by\ side | (?:the\ )?(?:\d+|top|best)\ .*\b(?:best|worth|picks|alternatives|compared|tools|apps|this\ year|in\ 20\d\d)\b.* | (?:the\ )?(?:\d+\ )?best\ .* | top\ \d+\b.* | comparing\ .* | .*\bcompared
            | welcome\ back | sign\ (?:in|up).* | log\ in.* | page\ not\ found.* | nothing\ (?:to\ see|here).* | (?:step|part|chapter)\ \w+
        )\W*$",
    )
    .expect("the section title pattern is a constant that a test compiles")
});

/// Words of the Latin that stands in for text in templates.
const LATIN: &str = "\
    lorem|ipsum|dolor|amet|consectetur|consectetuer|adipiscing|adipisicing|elit|eiusmod|incididunt|labore|\
    dolore|magna|aliqua|minim|veniam|quis|nostrud|ullamco|laboris|aliquip|commodo|consequat|aute|irure|\
    reprehenderit|voluptate|velit|cillum|fugiat|nulla|pariatur|excepteur|occaecat|cupidatat|proident|culpa|\
    officia|deserunt|mollit|laborum|accusamus|voluptatum|dignissimos|recusandae|molestias|tempore|aliquam|\
    curabitur|arcu|erat|accumsan|imperdiet|porttitor|vestibulum|pellentesque|phasellus|vivamus|praesent|\
    maecenas|sagittis|mauris|tincidunt|ultrices|vitae|faucibus|suspendisse|viverra|feugiat|bibendum";

/// The text is placeholder Latin.
pub(super) fn is_filler_text(text: &str) -> bool {
    let lower = text.to_lowercase();
    let latin = lower
        .split(|mark: char| !mark.is_alphabetic())
        .filter(|word| word.len() > 3 && LATIN_WORDS.contains(word))
        .count();
    lower.contains("lorem ipsum") || latin >= 3 || latin >= 2 && super::shape::word_count(text) <= 6
}

/// The text is a title that sections of many pages have.
pub(super) fn is_section_title(text: &str) -> bool {
    super::shape::word_count(text) <= 9 && SECTION_TITLE.is_match(text)
}

/// The whole text is an entry that menus have.
pub(super) fn is_menu_word(text: &str) -> bool {
    let lower = text.to_lowercase();
    MENU_WORDS.contains(lower.trim_matches(|character: char| !character.is_alphanumeric()))
}

/// The text begins like that of a button; `lower` is lower case.
pub(super) fn opens_call(lower: &str) -> bool {
    CALLS.split('|').any(|call| lower.starts_with(call))
}

pub(super) fn is_common(word: &str) -> bool {
    COMMON_WORDS.contains(word.to_lowercase().as_str())
}

pub(super) fn is_platform(word: &str) -> bool {
    PLATFORM_WORDS.contains(word.to_lowercase().as_str())
}

/// How many platforms the lower-case text names.
pub(super) fn platforms_named(lower: &str) -> usize {
    PLATFORM_WORDS.iter().filter(|platform| super::shape::contains_word(lower, platform)).count()
}

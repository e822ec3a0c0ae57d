//! Which kind of claim a sentence is: a scored lexicon.
//!
//! Invariant: the answer is the id of a claim property; without any cue it is `feature`.

use std::sync::LazyLock;

use regex::RegexSet;

/// A cue: property, weight, pattern over the lower-cased text.
const CUES: &[(&str, f32, &str)] = &[
    ("license", 3.0, r"\blicen[sc](e|es|ed|ing)\b"),
    (
        "license",
        2.4,
        r"\b(apache[- ]2(\.0)?|mit|bsd(-\d-clause)?|a?gpl(v?\d)?|lgpl|mpl|isc|unlicense)[ -](licensed?|software)\b",
    ),
    (
        "license",
        2.2,
        r"\bapache 2\.0\b|\bmit[- ]licensed\b|\b(a?gplv?\d(\.0)?|bsd-\d-clause|mpl-2\.0|apache-2\.0|lgpl-?v?\d(\.\d)?|(a?gpl|epl|eupl)-\d\.\d|cc[- ]by|cc0)\b|\b(released|distributed|available|published) under (the )?(terms|mit|bsd|isc|apache|gnu|[al]?gpl|mozilla|mpl|[a-z]+ license)",
    ),
    (
        "license",
        1.9,
        r"\b(free|open)[- ]source(d)?\b.{0,40}\bproject\b|\bfully open[- ]source\b|\bis open[- ]source\b|\bopen[- ]source and (self-host|free)|\b(100%|completely|entirely) (free|open)",
    ),
    ("license", 1.0, r"\bopen[- ]source\b|\bfree software\b|\bsource[- ]available\b|\bpublic domain\b"),
    ("license", 2.0, r"\bcommercial use\b|\bdual-licensed\b|\bcopyleft\b"),
    (
        "privacy_security",
        2.2,
        r"\bprivacy\b|\btelemetry\b|\bencrypt|\bgdpr\b|\bsoc ?2\b|\bhipaa\b|\biso 27001\b|\bzero[- ]knowledge\b|\bvulnerabilit",
    ),
    (
        "privacy_security",
        2.0,
        r"\bsecurity\b|\bpasswords?\b.*\bmask|\bsecrets?\b|\btracking\b|\btrack our\b|\bdon't track\b|\bno (ads|tracking|analytics)\b|\bthird-party (ads|analytics|track)|\bspy|\baudit log|\bsingle sign-on\b|\bsaml\b|\bsso\b|\b2fa\b|\btwo-factor\b|\bend-to-end\b",
    ),
    (
        "privacy_security",
        2.0,
        r"\b(never|not|without) (leave|leaves|leaving|sees?|stores?|sell|sold|share|shared|upload|sending|collect)|\bleaves? (your|the company)\b|\bstays? (on|in) your\b|\bbundle toolbars\b|\bphish|\bmalware\b|\bpermissions?\b",
    ),
    (
        "privacy_security",
        1.3,
        r"\bsecure(ly)?\b|\bprivate(ly)? (by|and|mode|instance|cloud)\b|\bstays? private\b|\banonym|\byour data\b|\bcompliance\b|\bprotect",
    ),
    (
        "pricing",
        2.3,
        r"[$€£₹¥] ?\d|\bpric(e|es|ing)\b|\bno credit card\b|\bfree (trial|tier|plan|forever|for|of charge|to use)\b|\bmoney[- ]back\b|\brefund|\bbilled\b|\bbilling\b|\bsubscription|\bhidden fees\b|\bper (seat|user|month)\b|\bcancel any ?time\b|\bpayware\b|\bpaid (plan|version|tier|feature)|\bcosts? nothing\b|\bfor free\b|\bdiscount",
    ),
    (
        "pricing",
        2.2,
        r"\bcancel at any\b|\b\d+ ?% off\b|\bpay (only|just|once|per|as|for what|monthly|yearly|when)|\bone[- ]time (payment|purchase|fee)|\bone payment\b|\blifetime (deal|license|access|updates)|\bno (setup|extra|additional|surprise) (fees|costs|charges)|\bcredit card\b|\bcharged?\b|\binvoiced?\b.*\b(monthly|annual)",
    ),
    ("pricing", 1.0, r"\bfree\b|\bcosts?\b|\bplan\b|\btrial\b|\bcheap"),
    (
        "adoption",
        3.0,
        r"\btrusted by\b|\bused (by|at|in production)\b|\bloved by\b|\bjoin (over |more than )?\d|\bpowers? (over |more than )?\d|\bchosen by\b|\brelied on by\b|\badopted\b|\bhave used\b|\bchose\b",
    ),
    (
        "adoption",
        2.6,
        r"\b\d[\d,.]*\s?([km]|million|billion)?\+? (monthly |active |happy |daily |paying |github )*(users|teams|developers|companies|customers|stars|forks|downloads|countries|organi[sz]ations|businesses|people|contributors|installs|projects)\b",
    ),
    (
        "adoption",
        2.0,
        r"\b(millions|thousands|hundreds) of\b.{0,30}\b(users|teams|developers|companies|customers|people|projects|businesses)\b|\bmost (popular|used|starred|loved)\b|\bby (companies|teams|developers|people) (like|such as|from|at)\b|\bcase stud",
    ),
    (
        "adoption",
        2.4,
        r"\b\d[\d,.]*\s?([km]|million|billion|thousand)?\+? .{0,30}\b(on board|served|processed|handled|switched|created|shipped|hosted|a (day|week|month|year)|every (day|week|month|year)|last year|this year|and counting)\b|\bin \d+\+? countries\b|\bdownloads (a|per|every) (day|week|month|year)\b|\b(active|growing) community\b",
    ),
    (
        "benchmark",
        3.0,
        r"\bbenchmarks?\b|\bmmlu\b|\bswe-bench\b|\bhumaneval\b|\bgpqa\b|\bleaderboard\b|\boutperform|\belo\b|\bwer\b|\bimagenet\b|\bdocvqa\b",
    ),
    (
        "benchmark",
        1.5,
        r"\bstate[- ]of[- ]the[- ]art (results?|performance|accuracy|on)\b|\bsota\b|\baccuracy of\b|\b\d+(\.\d+)?% (\w+ )?(accuracy|on)\b|\btest set\b",
    ),
    (
        "performance",
        2.6,
        r"\b\d+(\.\d+)?(-\d+(\.\d+)?)?\s?(x|times) (faster|smaller|lower|quicker|less|more|cheaper)|\b\d+(\.\d+)?% (faster|smaller|less|lower|overhead|fewer)|\btokens? (per|/) ?s|\b\d+ ?(ms|milliseconds?|microseconds?)\b|\bper second\b|\b(transactions|requests|queries) (per|a) (day|second|minute)",
    ),
    (
        "performance",
        2.0,
        r"\b(very|extremely|blazing(ly)?|lightning|incredibly|really|super|insanely|ultra|so)[- ]*(fast|quick)\b|\blow(est)?[- ](latency|memory|overhead|resource)|\bfaster\b|\bfastest\b|\bspeed(s|y|ed)?\b|\blatency\b|\bthroughput\b|\b(memory|resource|cpu) (footprint|usage|use)\b|\boverhead\b|\bhigh[- ]performance\b|\bdisk[- ]space\b",
    ),
    (
        "performance",
        1.2,
        r"\bfast\b|\bquick(ly)?\b|\blightweight\b|\bperformance\b|\bperformant\b|\binstant(ly)?\b|\bscal(e|es|able|ability)\b|\befficien(t|cy|tly)\b|\b(in|under) (a )?(few )?(milli)?seconds\b|\b\d+ (seconds|minutes)\b|\bparallel|\b\d+ ?[kmgt]b\b",
    ),
    (
        "performance",
        2.0,
        r"\b(uses?|needs?|takes?|consumes?|requires?) (less|only|under|about|around|just|as little|fewer|a fraction)\b.{0,20}\b(mb|gb|kb|memory|ram|cpu|disk|resources)\b|\b(cold )?start(s|up)?( time| in\b| takes)|\bresponse times?\b|\bloads? (in|within|\d)|\b(fast|quick|instant|responsive|smooth|snappy)\b.{0,40}\b(million|billion|thousands?|huge|large|\d{4,}|\d+k)\b|\bmulti-?threaded\b|\bzero-copy\b|\breal[- ]time performance\b",
    ),
    (
        "compatibility",
        2.2,
        r"\bconnect(s|ed)? (to|with)\b.{0,60}\b(and|or|more|other|any|your|all)\b|\b(bindings|sdks|client libraries|drivers|extensions|adapters|connectors|packages) (for|exist for)\b|\bdrop-in replacement\b|\b\d+(\.\d+)* (or|and) (newer|later|above|higher|up)\b|\bsame protocol\b|\bbackwards?[- ]compat|\b\d+\+? integrations\b|\bspeaks\b.{0,30}\bprotocol\b",
    ),
    (
        "compatibility",
        2.6,
        r"\bcompatib|\bworks? (with|on|in|across (all|any|every|devices|platforms|browsers|your|operating)|everywhere|anywhere|the same|inside|natively)\b|\bintegrat(e|es|ed|ion|ions) (with|seamlessly|into)\b|\bcross[- ]platform\b|\bruns? (on|anywhere|everywhere|natively|in any)\b|\bplug(s|gable)? into\b|\binterop",
    ),
    (
        "compatibility",
        2.0,
        r"\b\d+\+? (programming |code |spoken )?languages\b|\bany (shell|os|operating system|editor|llm|model|framework|platform|browser|device|cloud|provider|database|terminal|ide|environment|stack|python|kubernetes)\b|\b(favorite|favourite) (ide|editor)|\bsupports? (the )?(both|all|most|major|multiple|many|over|more than|\d+)?.{0,25}\b(platforms|languages|formats|browsers|providers|databases|frameworks|protocols|operating systems|shells|models|distributions)\b|\bnative (for|to|app|support)|\bnative!|\bapple silicon\b|\bplugins? for\b|\bsdks?\b|\bapis?\b.*\badapt\b|\brest (and|api)\b|\bgraphql\b|\bgrpc\b",
    ),
    ("compatibility", 2.0, r"\bsupport (for|on) (windows|macos|linux|all|most|many|any)\b|\bas an editor\b"),
    ("compatibility", 0.8, r"\b(ides?|editors?|browsers?|operating systems?)\b"),
    (
        "limitation",
        2.8,
        r"\b(not|n't|no longer|cannot|never) (yet )?(support|supported|available|work|recommended|intended|ready|stable|aim|designed|suitable|guarantee|handle)|\bunsupported\b|\bcoming soon\b|\bexperimental\b|\bknown (issue|limitation|bug)|\blimitations?\b|\b(is|are) (planned|on the roadmap)\b|\bnot included?\b|\bdoes not include\b|\bdeprecated\b|\bunmaintained\b|\birrecoverabl|\bbreaking changes\b|\bwork in progress\b|\bearly (stage|development)\b|\bunder (heavy|active) development\b|\bbeta\b|\balpha\b|\bdoes not aim\b",
    ),
    (
        "limitation",
        1.8,
        r"\b(is|are|can|does|do) ?(not|n't)\b|\bonly (works?|supports?|available|runs?|one)\b|\blimited to\b|\brequires?\b|\bunless\b|\bup to \d+ (users|projects|seats)",
    ),
    (
        "availability",
        2.4,
        r"\bavailable (now|today|in|on|for|from|as|via|through|at|under)\b|\bcurrent (stable )?(release|version)\b|\breleased (on|in|january|february|march|april|may|june|july|august|september|october|november|december)\b|\d ?% (of )?uptime\b|\buptime (of|guarantee|sla|over|last)\b|\bsla\b|\binstall(able|ed|s)?\b.{0,25}\b(via|with|from|without|using|through)\b|\bearly access\b|\bwaitlist\b|\bgenerally available\b|\bpublic (beta|preview)\b|\bapp store\b|\bgoogle play\b|\bnightly builds?\b|\b(pre-built|prebuilt) binar",
    ),
    (
        "availability",
        1.4,
        r"\bdownload (v?\d|for|now|the latest)|\bversion \d|\bv\d+\.\d+|\breleased\b|\bnew release\b|\bself-host(ed|ing)?\b.{0,20}\bcloud\b|\bon-premises?\b",
    ),
    (
        "limitation",
        2.2,
        r"\bthere (is|are) (currently |still |as yet )?no\b|\black(s|ing)\b|\bstruggles?\b|\bpoorly\b|\bcannot\b|\bcan't\b|\bnot (yet|recogni[sz]ed|possible|meant|covered)\b|\brough edges\b|\bonly one\b.{0,40}\bat a time\b|\b(rejected|truncated|cut off)\b|\bmay (fail|crash|lose|be slow)\b|\bno .{2,30} (yet|so far)\b",
    ),
    (
        "pricing",
        2.4,
        r"\b(pays?|paying|prorated|flat fee|fees?|at no cost|half (the )?price|no charge|money back)\b",
    ),
    (
        "performance",
        2.0,
        r"\b\d+ ?(gbit|mbit|gbps|mbps|gb/s|mb/s|fps)\b|\bimmediate(ly)?\b|\bsaturates?\b|\bcpu time\b",
    ),
    (
        "privacy_security",
        1.8,
        r"\bstays? (on|in|inside|within) (your|the|this)\b|\bonly you\b|\b(wiped|erased|penetration test|auditors?|revoked)\b|\bsent to us\b",
    ),
    (
        "compatibility",
        1.6,
        r"\btested (on|with|against)\b|\bevery .{2,24}-compatible\b|\bformats of\b|\bofficial clients\b",
    ),
    ("adoption", 1.6, r"\b(rely|relies|depend) on (it|us)\b|\brolled (it )?out\b|\bworldwide\b"),
    (
        "other",
        2.0,
        r"\bwrote the\b|\bfirst version\b|\b(a |the )?team of \d+\b|\bwe are \d+\b|\bgrew out of\b|\bfounded\b|\binternal tool\b|\bfunded\b|\ba fork of\b|\bsuccessor\b|\bgrant\b",
    ),
    (
        "other",
        2.0,
        r"\b(backed|maintained|developed|created|built|founded|made) by\b|\bsponsor|\bsimilar to\b|\binspired by\b|\bhosted on\b|\bnamed (after|for)\b|\bcommunity[- ](driven|maintained)\b",
    ),
];

static SET: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new(CUES.iter().map(|(_, _, pattern)| *pattern))
        .expect("the cue patterns are constants that a test compiles")
});

/// The property id of a claim's kind, and the weight that the cues had.
pub(super) fn kind(text: &str) -> (&'static str, f32) {
    let best = scores(text).into_iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.unwrap_or(("feature", 0.0))
}

/// The weights of all kinds that a cue speaks for.
pub(super) fn scores(text: &str) -> Vec<(&'static str, f32)> {
    let lower = text.to_lowercase().replace(['’', '‘'], "'");
    // Who works in security is no statement about it.
    let lower = ["security teams", "security engineers", "security researchers", "security analysts"]
        .iter()
        .fold(lower, |lower, people| lower.replace(people, "people"));
    let mut scores: Vec<(&'static str, f32)> = Vec::new();
    let mut add =
        |property: &'static str, weight: f32| match scores.iter_mut().find(|(id, _)| *id == property) {
            Some((_, score)) => *score += weight,
            None => scores.push((property, weight)),
        };
    add("feature", 1.25);
    for index in SET.matches(&lower) {
        let (property, weight, _) = CUES[index];
        add(property, weight);
    }
    let named = super::lexicon::platforms_named(&lower);
    match named {
        0 => {}
        1 => add("compatibility", 0.6),
        2 => add("compatibility", 1.4),
        _ => add("compatibility", 2.2),
    }
    scores
}

/// Words that only a statement of licence holds; used to keep licence chips of a code host.
pub(super) fn names_license(text: &str) -> bool {
    let (property, weight) = kind(text);
    property == "license" && weight >= 3.0
}

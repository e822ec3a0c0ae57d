"""Further wordings of claims for each split, by kind: many for `train`, fewer for `validation` and `test`.

Form: one pattern a line. `[a|b]` is a choice, braces hold the slots of `facts.fill`. Behind `||` stand other kinds that fit
the sentence as well, decided when it was written: a sentence that says two things at once has two kinds.
Invariant: no line stands in two splits; nothing quotes an existing page.
"""

import unseen

TRAIN = {
    "feature": """\
[Group|Sort|Order|Arrange] {things} by [date|owner|size|label] [with one click|in one view|as you like]
[Drag and drop|Copy and paste|Point and click] [support for|to move|to reorder] {things}
[Built-in|Integrated|Embedded] [editor|viewer|terminal|calendar|inspector|debugger|scheduler] for {things}
[Automatic|Scheduled|Incremental] [backups|clean-up|tagging|renaming|updates] of {things}
{N} [automatically|quietly|continuously] [detects|finds|spots|catches] [broken|missing|stale|duplicate] {things} [before they cause trouble|and tells you why|and offers a fix].
[Create|Design|Draw|Sketch] {others} [from a template|from scratch|by hand or by script] and [reuse|share|publish] them [anywhere|later|with the team].
[Customizable|Configurable|Themeable] [interface|layout|prompt|toolbar|status bar|key bindings]
[Vim|Emacs|familiar]-[like|style] [key bindings|keybindings|shortcuts|navigation]
[Regular expressions|Fuzzy search|Glob patterns|Boolean queries] [to narrow down|over|for finding] {things}
[Tabs|Split panes|Multiple windows|Workspaces] [keep|hold] [several|many] {things} [open|at hand]
[Syntax highlighting|Auto-completion|Smart indentation|Inline hints] [for code blocks|while you type|in every cell]
[One|A single] [command|file|binary|page] [is all it takes to|lets you|to] {verb} [all your|hundreds of|any number of] {things}
[Collaborate|Work together|Pair up] on {things} [in real time|with live cursors|without stepping on each other].
[Plan|Track|Review|Forecast] {others} [across|for] [teams|projects|quarters] [at a glance|on one timeline].
Get [alerts|a notification|an email|a summary] [when|whenever|as soon as] [a|any] {thing} [changes|fails|is overdue].
[Schedule|Automate|Chain|Trigger] [jobs|actions|workflows|tasks] [based on|from|around] {things}.
{N} [ships|comes|arrives] with [a plugin system|a scripting language|a REST interface|a powerful query language|sensible defaults|more than {n} templates].
[Version|Snapshot|Branch|Tag] your {things} [and roll back any time|like code|and compare any two].
[Turn|Convert|Transform] [raw|messy|unstructured] {things} into [clean|structured|readable|searchable] {others}.
[Ask|Chat with|Query] your {things} [in natural language|using plain words|and get answers with sources].
An [assistant|agent] [drafts|proposes|suggests|summarizes] {others} [for you to approve|from your {things}|while you work].
[Role and permission|Approval|Review] [workflows|steps|flows] [for|around] {others} ||privacy_security
[Mark|Pin|Star|Archive|Snooze] {things} [for later|you care about|with a key]
[Custom|Unlimited|Nested|Colored] [fields|labels|folders|tags|statuses] [for|on] [every|any] {thing}
[Graph|Table|Board|Calendar|Gallery|Timeline] view[s|] of {things}
[Powerful|Flexible|Advanced|Granular] [filters|search|sorting|grouping] [for|of|across] {things}
{N} [understands|respects|reads|honours] [ignore files|your folder structure|existing conventions|the usual dot files].
[Ignores|Skips|Leaves out] [hidden|binary|generated] [files|folders|{things}] by default
[Written|Implemented] in [Rust|Go|C++|TypeScript|Zig|pure Python] ||performance,other
[Zero|No] [dependencies|configuration|boilerplate|runtime] [needed|required|]
[Small|Simple|Clean|Minimal] and [composable|intuitive|predictable|well documented] [API|interface|core]
[Full|Complete|First-class] [support for|control over|history of] {things}
[Preview|Inspect|Replay|Compare] {things} [side by side|line by line|without leaving the app]
[Let|Have] {N} [handle|take care of|look after] the [boring|repetitive|tedious] parts of {others}.
The [dashboard|timeline|inbox|editor|overview] [shows|collects|gathers] [everything that happened to|all changes to|the state of] your {things}.
[Everyone|Each member|Every reviewer] [sees|gets] [the same|their own] [view|list|version] of {others}.
[Import|Export|Load|Save] {things} [from|as|to] [Excel|CSV|JSON|YAML|PDF|Markdown|a zip file] ||compatibility
[Reports|Charts|Statistics|Insights] [about|on|for] {things}[, updated every hour| that you can share|]
[Write|Record|Define] [it|a rule|a macro|a recipe] once and [run|apply|replay] it [anywhere|on all {things}|forever].
[Handles|Manages|Organises|Organizes] [all your|thousands of|whole libraries of] {things} [in one place|for you|]
{N} is [designed|made|meant] [for|around] [teams that|people who|{people} who] {verb} {things} [all day|together|at odd hours].
[Image|Audio|Video|PDF] [previews|thumbnails|attachments|annotations] [in|beside] {things}
[Markdown|Rich text|LaTeX|emoji] [support|rendering|editing] [in comments|in {others}|]
[Light|Dark] mode [and themes|]
[Reply|React|Comment|Vote] [on|to] {others} [inline|in threads|from your phone].
[Spell|Type|Link|Style] check[ing|er] [built in|for {others}|]
{N} keeps [track of|an eye on] [every|each] {thing} [so that you do not have to|from start to finish].
[Multi-step|Conditional|Reusable] [forms|workflows|pipelines|templates] [without code|with a visual builder|]
[Easy|Simple|Painless] to [use|learn|extend|set up] [and hard to break|for newcomers|]
Use [hooks|webhooks|scripts|macros] to [react to|act on|change] {things} [the moment they arrive|on the fly]. ||compatibility""",
    "performance": """\
[Blazing|Blazingly|Extremely|Very|Really|Incredibly] fast[ and lightweight|, even on old hardware|]
[Starts|Boots|Launches|Opens] in [under|less than|about] [{ms} ms|a second|{small} seconds|half a second]
[Low|Tiny|Minimal|Small] [memory|CPU|disk|resource|battery] [footprint|usage|use|consumption]
[{small}|{n}] times [faster|quicker|smaller|lighter] than [the old engine|{R1}|comparable tools|a naive scan] ||benchmark
[Reduces|Cuts|Lowers|Shrinks] [build|load|start-up|response|query] times by [{pct}%|half|an order of magnitude].
[Scans|Indexes|Searches|Parses|Renders|Processes] [{n} thousand|a million|{n} million] {things} [a second|per second|in {small} seconds|in the blink of an eye]
[Optimised|Optimized|Tuned|Built] for [speed|throughput|low latency|large inputs|many cores]
[Caches|Streams|Batches|Compresses] {things} [to save bandwidth|so that nothing is computed twice|to stay responsive].
[Responsive|Smooth|Snappy] [even|also] with [{n} thousand|huge|very large] {things}
[Uses|Takes|Needs] [{small}x|{pct}%] less [memory|disk space|bandwidth|power] [than before|than {R1}|]
[Parallel|Concurrent|Multi-threaded|Asynchronous|Vectorised] [by default|execution|search|downloads|rendering]
[Scales|Grows] [to|up to] [millions of|{n} thousand|billions of] {things} [without|with no] [slowing down|extra hardware|a redesign]
[Sub-second|Near-instant|Instant|Sub-millisecond] [answers|responses|queries|search|startup]
[Highly|Horizontally] scalable[ and efficient|]
The [core|engine|parser|index] is [written|hand-tuned] [for speed|in C|in Rust] and [rarely takes more than|stays below|needs under] {mb} MB [of RAM|].
[Throughput|Bandwidth] of [up to|over] {n} [MB/s|GB/s|tokens per second|requests per second]
[P95|P99|Median|Average] [latency|response time] [of|under|below] {ms} [ms|milliseconds]
[Loads|Renders|Draws] [at|with] [60|120] frames per second
{N} is [fast|quick|light] enough to [run on every keystroke|run in a hook|use on a phone].
[Lazy loading|Incremental builds|Smart caching|Zero-copy parsing] keeps [it|everything|{N}] [fast|quick|responsive].
The whole [program|binary|bundle|package] is [only|just|under] {small} MB.
Start-up is [practically|almost] instant[ and memory use stays flat|].
[Faster|Leaner|Lighter] than [ever|anything else we tried|the tools you know]
Lightweight and [efficient|performant|fast][, with no background service|]
Runs [comfortably|well|fine] on [a Raspberry Pi|a laptop from 20{yy}|a single small server|{small} GB of RAM] ||compatibility
[Work|Search|Edit|Sync] at [full speed|the speed of thought|lightning speed]
[High|Maximum] [performance|throughput] [networking|storage engine|rendering|]
Latency [stays|is kept] [flat|low] [as|when] {things} [grow|pile up].
[Queries|Builds|Exports|Uploads|Tests] [finish|complete|run] in [seconds instead of minutes|a fraction of the time|{small} seconds on average].
{N} can [{verb}|index] {n} GB of {things} in [a minute|{small} minutes].""",
    "benchmark": """\
[Achieves|Reaches|Gets|Posts|Records] [{pct}.{small}|{pct}%|{pct} points] on [{caps}|the {caps} suite|{caps} (test)][, ahead of {R1}|, up from {small}0|.]
[State-of-the-art|Best published|Leading] [results|scores|accuracy] on {caps} [and {small} other tasks|among open models|].
[Beats|Outperforms|Surpasses|Matches|Exceeds] [{R1}|{R1} and {R2}|models twice its size|the baseline] on [{caps}|{small} of {n} benchmarks|every {caps} split].
[Ranked|Ranks|Listed] [first|second|third|#1|#{small}] [on|in] the {caps} [leaderboard|ranking|challenge].
[Word error rate|Accuracy|F1|Pass rate|Recall] of [{pct}.{small}%|{small}.{small}%|0.{pct}] on [the {caps} test set|{caps}|held-out {things}]
In [independent|third-party|our own|public] [benchmarks|tests|comparisons] [it|{N}] [was|came out|scored] [{small}x faster than {R1}|ahead of {R1}|{pct} of 100 points]. ||performance
[Evaluated|Tested|Benchmarked] on [{small} public data sets|{caps} and {small} more suites|{n},000 held-out {things}].
[{caps}|{caps} score|{caps} accuracy]: [{pct}.{small}|{pct}%|0.{pct}]
Results on {caps} [are|stay] within {small} points of [models ten times larger|{R1}|the best closed model].
See how [it|{N}] [compares|fares] on {caps}: [{pct}%|{pct}.{small}] against [{small}0%|{R1}].
[Zero-shot|Few-shot|Fine-tuned] {caps} [accuracy|score] [of|is] {pct}.{small}[ %|].
Wins [{pct}%|{small} of ten] of [blind|pairwise|head-to-head] comparisons [against|with] {R1}""",
    "compatibility": """\
[Works|Runs|Plays well|Operates] with [any|your favourite|every popular|all major] [editor|shell|terminal|browser|database|cloud provider|framework|operating system]
[Integrates|Connects|Talks|Syncs] [seamlessly|natively|directly|] [with|to] [{i1}, {i2} and {i3}|{i1} and {i2}|the tools you already use|your existing stack]
[Cross-platform|Multi-platform]: [{platforms}|Linux, macOS, Windows|desktop, web and mobile]
[Runs|Works|Installs] [on|under] [{platforms}|any Linux distribution|anything that runs Docker|all major operating systems|Windows, too]
[Supports|Speaks|Understands|Reads] [over|more than|] {n}[+|] [file formats|languages|programming languages|protocols|databases|model providers] ||feature
[First-class|Official|Native|Out-of-the-box] [support|integration|plugins|extensions] for [{i1}|{i1} and {i2}|VS Code and JetBrains|Neovim and Emacs|{platforms}]
[Drop-in|Full|Near-complete] [replacement for|compatibility with] [{R1}|the {R1} API|existing {R1} files|POSIX tools]
[Compatible|Interoperable] with [{R1} plugins|{i1}|any S3 storage|OpenAI-style endpoints|older versions|existing {things}]
[SDKs|Client libraries|Bindings|Packages|Drivers] for [Python, Go and Rust|JavaScript and Python|{small} languages|Java, C# and PHP|every popular language] ||availability
[Bring|Use|Plug in] your own [model|provider|database|storage|identity provider|API key] ||feature
[Available|Offered] as [a desktop app, a web app and a phone app|a library, a server and a command line tool|an extension for Chrome and Firefox] ||availability
[Native|Universal] [apps|binaries|builds] for [{platforms}|Intel and ARM|Apple silicon|iPhone and iPad] ||availability
[Over|More than] {n} integrations[, from {i1} to {i2}|including {i1} and {i2}|]
Use it [from|inside|in] [{i1}|VS Code|your browser|Jupyter|any terminal|a CI pipeline]
[Import|Export|Migrate|Move] [your {things}|everything] [from|to] [{R1}|{R1} and {R2}|{i1}] [in minutes|without losing anything|] ||feature
{N} [builds on|is based on|sits on top of|follows] [open standards|the OpenAPI standard|standard SQL|plain text files|the language server protocol]. ||feature
Works [on your phone|offline and online|in all modern browsers|the same everywhere|across devices|behind a proxy]
[Requires|Needs] [only|just|] [Python 3.9 or later|Node 18+|a recent browser|Docker|Java 17] ||limitation
[One|The same] [code base|config file|project] [runs|works] on [phone, desktop and web|every platform|{platforms}].
[Both|All] [x86-64 and ARM64|GPU and CPU|iOS and Android|SQLite and Postgres] are supported.
[Send|Post|Push] {things} [to|into] [{i1}|{i1} or {i2}|any webhook] ||feature
[Deploy|Host] [on|to] [Kubernetes, Docker or bare metal|any cloud|AWS, Azure or your own hardware] ||availability
[Read|Write|Open] [{R1}|Excel|PDF|Markdown|Parquet] files [directly|natively|without conversion] ||feature
[GraphQL|REST|gRPC|MQTT|ODBC|Webhook] [and REST APIs|API|endpoints|interface] [for|to] [everything|all {things}|developers|] ||feature""",
    "license": """\
[Free and open source|Open source|Libre software][ under {lic}|, {lic} licensed|, forever|]
{N} is [licensed|released|distributed|published|available] under [the {lic} license|the terms of {lic}|{lic}|a permissive license].
[{lic}|{lic}-licensed|{lic} license]
[The source|All code|Every line of code] is [public|on the forge|open for anyone to read][ and {lic} licensed|].
[Free|Allowed|Permitted] for [commercial|personal and commercial|any] use ||pricing
[Core|Community edition|Client] is [open source|{lic}], [the server is proprietary|the enterprise modules are not|some features need a commercial license].
[Weights|Model weights|Code and weights|Data and code] [are|under] [open|{lic}|available under {lic}].
[Use|Modify|Fork|Redistribute] it [freely|as you wish|under the terms of {lic}].
[Completely|Fully|100%] [open source|open|free software][, no open-core tricks|]
A [business source|source-available|proprietary|commercial] license [applies|covers the server|turns into {lic} after {small} years].
This project is [licensed|made available] under [the {lic} License|either {lic} or MIT, at your option|{lic}, see LICENSE].
[Copyleft|Permissively licensed|Public domain][, so changes stay open|, do what you like|]""",
    "privacy_security": """\
[Your data|Everything|All processing|Every {thing}] [stays|remains|happens|is kept] [on your machine|on your device|local|in your own cloud|under your control].
[End-to-end|Client-side|AES-256|Zero-knowledge|At-rest] [encrypted|encryption][ by default| for all {things}|]
[No|Without any|Zero] [telemetry|tracking|analytics|ads|cookies|data collection|account needed|sign-up]
[SOC 2|ISO 27001|HIPAA|GDPR|PCI DSS] [compliant|certified|ready|audited][ since 20{yy}|]
[Privacy|Security] [first|by design|at the core|focused]
We [never|do not|cannot] [sell|share|read|train on|look at|store] your [data|{things}|prompts|messages|files].
[Sandboxed|Isolated|Signed|Verified] [plugins|builds|execution|releases|updates]
[SAML|OIDC|LDAP|SSO|SCIM|Passkey] [login|sign-on|support|provisioning][ for teams|] ||feature,compatibility
[Granular|Fine-grained|Role-based] [permissions|access control|access rights] [for every {thing}|down to single {things}|] ||feature
[Audit|Access|Security] [logs|trails|reports] [for|of] [every action|all changes|administrators] ||feature
[Secrets|Keys|Passwords|Tokens] [are|never get] [encrypted at rest|stored in plain text|kept in the system keychain|masked in logs].
[Self-host|Run it on your own servers|Keep it on your own hardware] [to keep full control of|and own|so nobody else sees] your [data|{things}]. ||feature,availability
[Works|Runs] [completely|fully|entirely] offline[, nothing is sent anywhere|: no data leaves the house|] ||feature
[Memory-safe|Hardened|Audited] [code|by design|by {c1}|releases]
[Protects|Defends|Guards] [against|you from] [phishing|leaks|brute-force attacks|malicious {things}|accidental deletion].
[Vulnerability|Dependency|Malware|Secret] scanning [of|for|in] [every release|all {things}|each build] ||feature
[Backups|Uploads|Transfers|Messages] are [encrypted|signed|verified] [before they leave your computer|with your own key|end to end].
[Reproducible builds|Signed binaries|A public audit] [let|lets] you [verify|check] what you run.
The [company|server|cloud] [cannot|never can|is unable to] [read|see|decrypt] [your {things}|what you store|anything].
[Multi-factor|Two-step|Hardware key] [authentication|login|verification] ||feature
[Data residency|Hosting] in [the EU|Germany|Switzerland|your region] ||availability
{N} asks for no [permissions|account|e-mail address] and [collects|sends|stores] nothing about you.""",
    "pricing": """\
[Free|Free of charge|Always free] for [individuals|students|open-source projects|personal use|small teams|up to {small} users]
[Try|Test|Use] [it|{N}|every feature|the Pro plan] free for {days} days[, no credit card needed|. Cancel any time|]
[{pct}%|{small} months|{n}%] [off|discount|free] [for non-profits|when billed annually|with yearly billing|for students|for early customers]
[No|Zero|Without] [setup fees|hidden costs|per-seat pricing|lock-in contracts|long-term commitment|surprise bills]
[Cancel|Upgrade|Downgrade|Switch plans|Pause] [at any time|whenever you like|with one click|any month].
[Pay|You pay] [only for what you use|per {thing}|once, use forever|as you go|monthly or yearly]
[Plans|Paid plans|Prices] start at [${n}|€{small}|${small}.99] [a month|per user per month|per seat|a year].
[A free tier|The free plan|The starter plan] [covers|includes] [{n},000 {things} a month|up to {small} projects|all core features].
[Money-back|Refund] [guarantee|within {days} days][, no questions asked|]
[Volume|Education|Start-up|Annual] discounts [are available|on request|start at {n} seats]
[Every|Each|All] [plan|plans|paid plan] [includes|comes with|come with] [a {days}-day trial|free updates|unlimited {things}|email support]. ||feature
[Lifetime|One-time] [license|purchase|payment][ of ${n}|, free updates for a year|]
[Extra|Additional|More] [seats|storage|{things}|credits] [cost|are] [${small} each|${small} per month|billed by use].
[Taxes|VAT|Hosting|Support] [is|are] [not|] included[ in the price|].
It costs [nothing|less than a coffee a month|${small} a seat|half of what {R1} asks].
[Billed|Charged|Invoiced] [monthly|annually|per active user|in your currency|in advance]
No [credit card|payment details|subscription] [needed|required][ to start|]""",
    "adoption": """\
[Trusted|Used|Loved|Chosen|Relied on] by [{n},000+|over {n} thousand|more than {n} million|thousands of|hundreds of] [teams|companies|{people}|developers|organisations][ worldwide| in {n} countries|]
[Powers|Runs|Serves|Behind] [{n} million|more than {n},000|{small} of the ten largest] [sites|stores|apps|{things}|newsrooms][ every day|]
[{n}k|{n},000+|{small} million|{n}M] [stars|downloads|users|installs|active teams|customers|contributors]
[Teams|Engineers|{people}] at [{c1}, {c2} and {c3}|{c1} and {c2}|{c1}] [use|rely on|trust|build with] {N}[ every day|].
[Join|Be one of] [{n},000|more than {small},000|over {n} thousand] [people|{people}|companies|others] [who|that] [already|now] [use|love|switched to] {N}
[Downloaded|Installed|Starred] [more than|over] {n} [million|thousand] times
[{small},000|{n} thousand] [members|people] in [our|a growing] [community|forum]
[{c1}|{c1} and {c2}] [runs|replaced {R1} with|moved to|standardised on] {N} [in 20{yy}|for all {things}|across {n} teams].
[The|One of the] most [popular|used|downloaded|starred] {what}[s|] [on the market|in its category|among {people}]
[Over|More than|Around] [{n} million|{n},000] {things} [created|processed|shared|handled|served] [so far|each week|per day|last year]
[A community of|Backed by] {n},000 [contributors|{people}|members|users] ||other
In production [at {c1}|since 20{yy}|on {n},000 servers][, every day|]
Featured [by|in] [{c1}|the {c1} weekly|{n} newsletters|the App Store] ||other
[Rated|Average rating] {small}.{small} [out of 5|stars|of 5] [by|from] {n},000 [reviewers|users|customers]""",
    "availability": """\
[Available|Out|Live] now [in beta|for everyone|in {n} countries|on the App Store|as a public preview][.|]
[Install|Get it] [with|via|from|through] [one command|Homebrew|the package manager|pip|Flathub|the Microsoft Store|npm]. ||compatibility
[Download|Grab] [the latest release|a binary|version {small}.{ms}] [for|from] [your platform|the releases page|macOS, Windows and Linux]. ||compatibility
[Version|Release] {small}.{ms} [is out|shipped in {month}|is the current stable release|came out in {month} 20{yy}]
[99.9%|99.95%|{pct}.9%] [uptime|availability][ guaranteed|, backed by an SLA|last quarter|]
[Hosted|Self-hosted|On-premises|Cloud] [or hosted by us|and cloud versions|version available|, your choice|deployment] ||feature,privacy_security
[Pre-built|Nightly|Signed|Docker] [binaries|images|builds|packages] [for every release|are published daily|for all platforms|] ||compatibility
[Launching|Arriving|Opening] [in {month}|this {month}|later this year]
[Early access|The beta|The waitlist|A public preview] [is open|opens in {month}|has started|for selected teams]
[Packaged|Shipped] [for|with] [Debian, Fedora and Arch|every major distribution|Nix and Homebrew] ||compatibility
[Support|Help] [around the clock|on weekdays|within {small} hours|in {small} languages] [by e-mail and chat|for paying customers|] ||feature
[Open|Invite-only|Public|Private] [beta|preview|alpha][ since {month}|] ||limitation
[Servers|Regions|Data centres] in [Europe, Asia and the US|{small} regions|{city} and {n} other cities]
[New|Stable|Security] releases [every {small} weeks|each month|on a fixed schedule] ||other
[On|In] the [App Store|Chrome Web Store|Play Store|Snap Store] [today|since {month}|] ||compatibility
Long-term support until 20{yy}""",
    "limitation": """\
[Not|Not yet|Currently not|Never] [available|supported|tested|optimised|recommended] [on Windows|for {others}|in Safari|for production use|on mobile|with {i1}]. ||compatibility
[Does|It does] not [work|run|support|handle|scale] [offline|on 32-bit systems|nested {things}|with more than {n} {things}|without an account]. ||compatibility
[Limited|Restricted|Capped] to [{n} {things}|{small} users|English|one region|{small} GB][ per day|on the free plan|] ||pricing
[Only|At present only] [English|Linux|{i1}|one {thing} at a time|left-to-right text] [is|are|] supported. ||compatibility
[Known|Current] [issue|limitation|problem]s?: [large {things} load slowly|{others} cannot be renamed|no undo]
[Still|Currently] [in beta|in alpha|experimental|under heavy development|rough around the edges][, expect breaking changes|] ||availability
[No|There is no|We have no] [mobile app|dark mode|undo|import from {R1}|Windows version|way to export {others}] [yet|so far|at the moment]
[Needs|Requires] [at least|] [{small} GB of RAM|a GPU with {small} GB|an internet connection|a paid account|root access]. ||compatibility
[Cannot|Can't|Will not|Won't] [edit|open|export|recover|merge] [encrypted|locked|deleted|very large] {things}.
[May|Might|Can] [be slow|lose formatting|crash|produce wrong answers] [with|on|for] [huge {things}|old drivers|rare languages].
[Support for|Import of] [{others}|{i1}|Windows] is [planned|missing|on the roadmap|coming soon|incomplete]. ||availability
[Breaking changes|Bugs|Rough edges] are [to be expected|likely|possible] before [1.0|the stable release].
[Deprecated|Unmaintained|Archived] since [20{yy}|{month}][, use {R1} instead|]
[Large|Long|Old] {things} [are cut off|are not shown|take a while|may fail] [after {n} MB|beyond {n} pages|].
[The model|{N}] [makes mistakes|hallucinates|struggles] [with|on] [long {things}|numbers|rare {others}|handwriting].
[Not|{N} is not] [meant|intended|designed] [to replace|as a replacement for|for] [{R1}|legal advice|beginners|critical systems].
[SSO|Audit logs|{others}|API access] [is|are] [only|] [part of the enterprise plan|available on paid plans only|not in the free version]. ||pricing""",
    "other": """\
[Made|Built|Crafted|Developed|Designed] [by|at] [{c1}|a small team in {city}|two friends from {city}|volunteers around the world][ with care|]
[Founded|Started|Launched] in 20{yy} [by {person}|in {city}|as a weekend project|at {c1}].
[Funded|Backed|Sponsored|Supported] by [{c1}|donations|{c1} and {c2}|its users|a public grant].
[Inspired|Influenced] by [{R1}|{R1} and {R2}|the classic Unix tools|the work of {person}].
[Maintained|Led|Written] by [{person}|the community|a core team of {small}|the people behind {R1}].
[Part|A member] of the [{c1}|Apache|open web] [family|foundation|project].
[The name|Our name] [comes from|stands for|means] [a bird|an old word for {things}|a town near {city}].
[A fork|A rewrite|A successor|An alternative] [of|to] {R1}[ started in 20{yy}|] ||feature
[Winner|Finalist] of [the {city} design award|Tool of the Year 20{yy}|a hackathon in {city}] ||adoption
[Similar|Comparable] to {R1}, but [simpler|for {people}|for {things}] ||feature
[Offices|Based] in {city}[ and remote|, since 20{yy}|]
[Independent|Bootstrapped|Community-driven|Non-profit][ and profitable|since 20{yy}|, no investors|]""",
}

VALIDATION = {
    "feature": """\
Sticky headers keep column titles in view while you scroll.
Merge two {things} without losing either history
{N} reminds reviewers politely until every {thing} has an answer.
Pinboards for ideas that are not {things} yet
Hand a {thing} to a colleague with a note attached.
Batch rename with live preview
Scriptable from the first day, with examples for common chores
Guests can comment on {others} without joining.
It reads whole folders and lists what is missing.
Repeatable recipes for everyday {others}
Zoom from a year down to a single hour
Side-by-side diffs for {things}
{N} writes a short summary under every long {thing}.
Smart folders that fill themselves
Toggle any panel with a key""",
    "performance": """\
Opens a {n} GB archive without a pause
Twice the speed at half the memory
Answers most queries before you lift your finger.
Idle, it takes {mb} MB and no measurable CPU time.
Rebuilds only what changed, so most builds end in {small} seconds.
Designed to stay quick at {n} million rows
Searches are {small} to {n} times quicker than with {R1}. ||benchmark""",
    "benchmark": """\
{caps}: {pct}.{small} points, the best of all models under 3B
Solves {pct} percent of the {caps} tasks at the first attempt.
It leads {R1} by {small} points on {caps}.
Measured on {caps}, error falls to {small}.{small}%.""",
    "compatibility": """\
At home on {platforms} ||availability
Pairs with {i1}, {i2} and anything that can call a URL.
There are official clients for Kotlin, Swift and Dart. ||availability
Use the same vault on desktop, phone and web.
Reads the files that {R1} writes. ||feature
Extensions exist for {i1} and {i2}. ||feature
All evergreen browsers are supported.
Tested with Python 3.10 through 3.13""",
    "license": """\
Open to everyone under {lic}
You may use it at work: the license is {lic}.
The full source is published under {lic}.
The editor is {lic}, the hosted service is not.""",
    "privacy_security": """\
Nothing you type is sent to us.
Keys live in the secure enclave and never touch the disk.
Independent auditors review the code every year.
Sessions expire and devices can be revoked remotely. ||feature
Local first: the cloud is optional. ||feature
Plugins run in a sandbox without network access.
Compliant with GDPR, and with the papers to prove it""",
    "pricing": """\
The first seat is on us.
Half price in the first year
Nothing to pay until your {days}-day test is over
Schools get it for free.
Bills are prorated when you change plans.
One flat fee for the whole company""",
    "adoption": """\
{n} thousand {people} open it every morning.
{c1} rolled it out to {n} offices.
A favourite of {people} since 20{yy} ||other
{small} million installs and counting
From {c1} to {c2}, teams depend on it.""",
    "availability": """\
You can get it from every large app store. ||compatibility
{small}.0 arrives in {month}.
Run it yourself or let us host it. ||feature
The hosted version was up {pct}.98% of last year.
A Docker image is published with each tag. ||compatibility
Closed beta, invitations go out weekly ||limitation""",
    "limitation": """\
There is no Android client. ||compatibility
Files above {small} GB are rejected.
It still struggles with right-to-left text.
Sync works only while the app is open.
Not a substitute for a real backup
Expect rough edges until 1.0. ||availability""",
    "other": """\
A project of {c1} since 20{yy}
We are {small} people in {city}.
It grew out of a tool that {c1} used in house.
Named after the patron of librarians""",
}

TEST = {
    "feature": """\
Bookmarks jump straight to the {thing} you meant.
Keep drafts apart from finished {things}
Whole workspaces can be cloned for the next project.
{N} lines up {things} and {others} on one canvas.
Watch folders and pick up new {things} by itself
Pivot tables for {others}
Each {thing} gets a page of its own, with everything that belongs to it.
A command palette finds every action by name.
Split long {things} into chapters
It proposes titles, tags and a short description.
Write once in Markdown and publish as a site, a book or slides.
Checklists inside {others}
Hover over any word to see where it is used.
Multi-user editing with presence and history
Generates {others} from a few examples""",
    "performance": """\
The index of a million {things} loads in {ms} ms.
Quick on cheap hardware, too
{pct}% fewer requests than {R1} ||benchmark
Even a cold cache answers within {small} seconds.
Memory use stays below {mb} MB no matter how long it runs.
It saturates a 10 Gbit link from one process.
Page turns feel immediate, at any library size.""",
    "benchmark": """\
Ahead of {R1} and {R2} on {caps} by a margin of {small}.{small} points
{pct}.{small} on {caps} with a single pass
It takes the lead on four of six public leaderboards.
Accuracy on {caps} rises from {small}0 to {pct} percent.""",
    "compatibility": """\
You can use it from {i1} as well as from {i2}.
Phones, tablets and desktops are covered by one app. ||availability
Every S3-compatible store will do.
It understands the formats of {R1} and {R2}. ||feature
Made for {platforms} ||availability
Plug-ins hook it into {i1}. ||feature
Any model with an OpenAI-style endpoint can be used.
Tested on three generations of Raspberry Pi""",
    "license": """\
{lic}, so you are free to change it
Source code: open, {lic}
The library carries the {lic} license.
Licensed for commercial projects at no cost ||pricing""",
    "privacy_security": """\
Only you hold the key.
What you record stays on the phone.
Passed an external penetration test in {month}
Access is granted per {thing} and logged. ||feature
No account, no cloud, no logs
Deleted {things} are wiped from all backups after {days} days.
Certified to ISO 27001 since 20{yy}""",
    "pricing": """\
A single price covers the whole family.
Evaluate it for {days} days without paying.
Charities pay {pct}% less.
There is no charge for viewers.
Your plan renews yearly unless you stop it.
Starts at ${small} per editor and month""",
    "adoption": """\
{n},000 classrooms rely on it.
{c1} trains all its {people} on {N}.
Installed on {small} million phones
{people} in {n} countries work with it daily.
Counted among the ten most used tools of its kind""",
    "availability": """\
You will find it in the app stores of Apple and Google. ||compatibility
Release {small}.{ms} landed in {month}.
Either on our servers or on yours ||feature,privacy_security
Service level: {pct}.99% a month
Builds for all supported systems appear every night. ||compatibility
The preview can be tried by anyone.""",
    "limitation": """\
Tables wider than a page are cut.
Only one account can be open at a time.
There is currently no way to restore single {things}.
Handwriting is not recognised.
Works poorly below {small} GB of memory. ||performance
Plug-ins are not sandboxed. ||privacy_security""",
    "other": """\
The team of {small} works from {city}.
{person} wrote the first version in 20{yy}.
Supported by a grant of {c1}
It continues the work of {R1}. ||feature""",
}

MORE = {"train": TRAIN, "validation": VALIDATION, "test": TEST, "unseen": unseen.CLAIMS}

# Other kinds that fit patterns of `texts.CLAIMS` as well, by how they were written.
ALSO = {
    "Undo works across sessions, even after a restart.": [],
    "Export {things} as CSV, JSON or PDF whenever you like.": ["compatibility"],
    "{N} comes with a command line client for scripts.": ["compatibility"],
    "With one configuration file, {N} can {verb} thousands of {things}.": ["performance"],
    "Notifications arrive only when a {thing} changes state.": [],
    "Indexing runs in parallel on all cores.": ["feature"],
    "Scales from one machine to {n} nodes": ["feature"],
    "In our benchmark {N} answered {pct}% of the questions correctly.": ["performance"],
    "Available for {platforms}": ["availability"],
    "Native plugins for {i1} and {i2}": ["feature"],
    "Bindings for Python, Go and TypeScript": ["feature", "availability"],
    "Sync {things} with {i1} in both directions.": ["feature"],
    "The weights are released under {lic}.": ["availability"],
    "Commercial use is allowed.": ["pricing"],
    "Single sign-on with SAML and SCIM": ["feature", "compatibility"],
    "Role-based access and audit logs for every team.": ["feature"],
    "Two-factor authentication for all accounts": ["feature"],
    "Everything stays on your own servers.": ["feature"],
    "{N} works without an internet connection, so nothing is uploaded.": ["feature"],
    "{n}M+ {things} processed": ["performance"],
    "More than {n} million {things} handled last year.": ["performance"],
    "Available on the App Store and Google Play.": ["compatibility"],
    "Install it with Homebrew or download a binary.": ["compatibility"],
    "Self-hosted or in our cloud": ["feature", "privacy_security"],
    "Packages exist for every major distribution.": ["compatibility"],
    "Public beta opens in {month}.": ["limitation"],
    "Windows is not supported yet.": ["compatibility"],
    "Offline mode is still experimental.": ["availability"],
    "Requires at least {small} GB of memory.": ["compatibility"],
    "Support for {i1} is planned for {month}.": ["availability", "compatibility"],
    "{N} is in early development and its file format may change.": ["availability"],
    "The free plan does not include {others}.": ["pricing"],
    "{N} is an open-source {what} that keeps {things} and {others} in one place.": ["license"],
    "{N} is a fast {what} with first-class support for {others}.": ["performance"],
    "{N} is a small, self-hosted {what} written in Go.": ["availability", "other"],
    "{N} makes it easy to {verb} {things} at any scale.": ["performance"],
    "You pay only for the {things} you keep.": [],
}

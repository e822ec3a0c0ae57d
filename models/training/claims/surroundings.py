"""Further texts round the claims, by split: what defines a tool, slogans, quotes, headings, and all that claims nothing.

Form: as in `wordings`. Filler praises or invites without saying anything that could be checked; instructions tell the
reader what to do; interface texts stand in windows of programs.
Invariant: no line stands in two splits; nothing quotes an existing page.
"""

import unseen

DEFINITIONS = {
    "train": """\
{N} is [a|an open|a modern|a tiny|a self-hosted|an extensible|a cross-platform|a collaborative] {what} [for|made for|built for] {people}[ and their teams|, written in Rust|, powered by AI|].||license,availability,compatibility,performance,other
{N} [lets|allows] [you|{people}] [to|] {verb} {things} [and {others}|from anywhere|with a few keystrokes|without writing code].
{N} [helps|enables|empowers] [teams|{people}|you] to {verb} {things} [faster|together|with confidence|in one place].
{N} [turns|transforms] {things} into {others}[ automatically|, ready to share|].
The [simple|easiest|fastest|friendly|complete] way to {verb} {things}[, {others} and more|].||performance
[A|An] [lightweight|opinionated|privacy-friendly|command line|drop-in] {what} [that|which] [just works|keeps {things} in order|handles {things} and {others}|fits in your pocket].||performance,privacy_security,compatibility
{N} [combines|unites|brings together] {things}, {others} and [notes|chat|reports] in [one|a single] [app|place|workspace].
{N} [provides|offers] [a|one] [home|platform|toolbox|workspace] for [everything {people} do|{things} and {others}|all your {things}].
[With|Using] {N}, {people} {verb} {things} [the way they want|in half the steps|on any device].
{N} [automates|simplifies|streamlines] the way {people} {verb} {things}.""",
    "validation": """\
{N} is what {people} use when {things} pile up.
Think of {N} as a {what} with a memory.
{N} takes care of {things} while you look after {others}.
{N}: a {what} with opinions about {things}.""",
    "test": """\
{N} is a {what} you can read in an afternoon and trust for years.
At heart, {N} is a {what} for {people}.
{N} watches over {things} and {others} so that {people} can sleep.
{N} puts every {thing} within reach of {people}.""",
}

TAGLINES = {
    "train": """\
[The|Your] [simple|smart|open|modern|fast|all-in-one|collaborative|AI-powered|next-generation] {what}[ for {people}|]||performance,license
{Verb} {things} [like never before|at the speed of thought|with confidence|in minutes|together|without code]||performance
[A|An|The] [better|faster|friendlier|smarter|simpler] way to {verb} {things}||performance
{Things} [made simple|done right|without the mess|for everyone|, reimagined]
[All your|Every one of your] {things}[, in one place|, one search away|, always in sync]
{what} for [humans|the rest of us|teams|busy {people}|the modern web]
[Build|Ship|Create|Manage|Organise|Automate] {things} [and {others} |][faster|with ease|in one place|at scale]||performance
[Where|The place where] {people} {verb} {things}
[Open source|Self-hosted|Privacy-first|Local-first] {what}[ for {people}|]||license,privacy_security,availability
[Say goodbye to|No more|Forget] [lost|messy|scattered|slow] {things}
[One|A single] [workspace|app|tool|home] for {things} and {others}
[Command line|Desktop|Browser-based] {what} [with batteries included|written in Rust|for {things}]||compatibility,performance,other""",
    "validation": """\
{Things} that mind themselves
Because {things} deserve better
Grown-up {what}, small-team price||pricing
Less clicking, more {others}
{Verb} today, rest tomorrow""",
    "test": """\
{Things}, handled
The quiet {what}
Turn {things} around in a day||performance
Your {things} called, they want order
{what} without the ceremony""",
}

QUOTES = {
    "train": """\
[I|We] [switched|moved] from {R1} [to {N} |][last year|a month ago] and [never looked back|could not be happier].
{N} [is|has become] [a game changer|essential|part of our daily routine|the first tool I install] [for us|for our {people}|].
[Finally|At last], a {what} that [gets out of the way|my whole team understands|does what it says].
[Our|My] [team|{people}|customers] [loves|love|cannot live without] [it|{N}].
[Simple|Fast|Reliable], [well made|well supported] and [fairly priced|a joy to use].
[It|{N}] [paid for itself|saved us] [in a week|hours each day|a full-time position].
[The support|The team behind it] is [outstanding|quick and kind|simply great].""",
    "validation": """\
My colleagues asked for it before I could suggest it.
I have stopped dreading {things}.
Worth every cent, and then some.""",
    "test": """\
It does what three tools did before.
I set it up on a Sunday and forgot about it, in the best way.
Nobody on my team wants to go back to {R1}.""",
}

FILLER = {
    "train": """\
[We|Our team] [believe|think|know] [in simplicity|that great teams deserve more|good design matters|{things} should be a joy].
[Join|Become part of] [our community|the movement|our newsletter|the conversation][ today| on Discord|].
[Ready|Excited|Eager] to [get started|learn more|see it in action|change the way you work]?
[Take|Bring] your [business|work|team|{things}] to the next level[ with our solutions|].
[Unlock|Unleash|Discover] [your potential|the power of {things}|new possibilities|what is possible][ today|].
[We|We would] love [to hear|hearing] from you[.|, so get in touch.]
[Everything|All] you need[, nothing you don't|to succeed|].
[Have|Got] [questions|ideas|feedback]? [Reach out any time|Send us a message|We are here to help].
[Our|The] [mission|vision|story] is [to make work human|simple|just beginning].
[Trusted|Loved] [partners|by people like you|by teams everywhere].
[Imagine|Picture] a world where {things} [take care of themselves|are never late|just happen].
[Time|Attention|Focus] is [money|precious|your most valuable asset].
[This|The] page was [last updated|last edited|generated] [in {month}|on a rainy day|yesterday].
[Stay|Keep] [up to date|in the loop|informed] with our [news|blog|monthly letter].
[Follow|Find|Star] us on [social media|the forge|the web] [for news|to stay in touch|].
[Thank you|Thanks] for [reading|your interest|visiting|your support].
[Work smarter|Dream bigger|Think different|Move faster][, not harder|, together|].
[The future of {things}|A new era|The next chapter] [is here|starts today|begins now].
[It has never been|There was never] [easier|a better time] to [start|switch|begin].
[Do|Don't] [not|just] [settle for less|take our word for it|let {things} slow you down].
[Choose|Pick|Find] the [plan|option|package] that [fits|suits] [you|your team|your needs][ best|].
[How|Why|When] [{people} work today|we started|things went wrong|to choose a {what}]
[What's new|What comes next|What we learned] [in {month}|this week|from {n} interviews]
[Interview|A conversation|Coffee] with [{person}|our founder|a {people} team]
[Read|Watch|Hear] how [{c1}|a small team|{people}] [did it|got there|made the switch].
[Contact|Talk to|Ask] [us|sales|our team] [for details|about your needs|and we will answer within a day].
[Please|Kindly] [note|remember] that [this is a demo|names are invented|dates may change].
[Hand-picked|Selected] [articles|stories|reads] [for {people}|from our blog|of the week]
[Some|Many] [people|teams|{people}] [ask|wonder] [how it all began|who we are|why we do this].
[If|Whenever] you [are stuck|have an idea|find a bug], [tell us|open an issue|we are glad to help].
[Help|Documentation|Translations|Contributions] [is|are] [always|very] welcome.
[Made|Built] with [love|care|coffee] [in {city}|for you|].""",
    "validation": """\
A few words before you go
Let's make something wonderful together.
Because life is too short for dull work.
Pull up a chair and stay a while.
Great journeys start with small steps.
We would rather show than tell.
There is more where that came from.
Write to us, we answer with pleasure.
Meet the people behind the screen.
What others are reading this week""",
    "test": """\
Good work takes good company.
Come for the craft, stay for the people.
Your next chapter is waiting.
Nothing beats a fresh start.
See you on the other side.
A letter from our founder
Three lessons from our first year
Curious? So were we.
Tell a friend about us.
Let the adventure begin.""",
}

INSTRUCTIONS = {
    "train": """\
[First|Then|Next|Finally|Now], [run|start|open|edit|copy] [the server|the app|the file|your config|the example][ and restart|].
[To|In order to] [install|build|use|update|remove|configure] [it|{N}|the plugin], [run|use|follow] the [command|steps|guide] below.
[Add|Put|Paste] the following [line|lines|snippet|key] [to|into] your [config file|shell profile|project].
[See|Check|Read|Consult] [the docs|our wiki|the manual|CONTRIBUTING.md|the FAQ] for [details|more|all flags|help].
[If|When] [you get an error|the port is taken|nothing happens|you use a proxy], [try again|set the variable|restart the service|check the logs].
[Make sure|Ensure|Verify] [that|] [you have|] [Node|Docker|Python|a compiler] [is installed|installed|in your path] [first|before you start|].
[Set|Change|Export] the [variable|option|value] to [true|your key|the folder you want].
[Clone|Fork|Download] the [repository|project|archive] and [install the dependencies|open it in your editor|run the tests].
[Pull requests|Bug reports|Patches] are [welcome|appreciated]; [for major changes|before large ones], [open an issue first|ask us].
[Replace|Fill in] [the placeholder|your token|the address] [with your own|before you run it].
[You can|You may] [also|then] [install|build] it [from source|by hand|with a script].
[Click|Press|Tap|Select] [the button|the menu|a row|the icon] [to continue|and choose Export|in the corner].
[Create|Make] [a new|an empty] [project|folder|file|account] [called demo|first|and open it].
[The|This] [command|script|step] [prints|creates|installs|needs] [the version|a folder|all that is needed|a minute].""",
    "validation": """\
Drop the binary somewhere in your path.
Ask in the forum when you are stuck.
Point your browser at port {n}00.
Start over with a clean folder if the build fails.
A full list of options is printed by the help flag.
Fork it, change it, send a patch.""",
    "test": """\
Unpack the archive and start the program.
Log out and in again for the change to take effect.
Put your key where the program can find it.
For questions, use the mailing list.
Repeat the last step for every machine.
The wiki has a page about common errors.""",
}

# Windows of programs: labels, entries, dialogs. Nothing here speaks of the tool as a whole.
INTERFACE = {
    "train": """\
[Enter|Type|Confirm] your [password|e-mail address|name|passphrase]
[Enable|Disable|Show|Hide|Allow] [notifications|the sidebar|hidden files|spell check|sounds]
[Save|Discard|Apply|Undo] [changes|all|and close|settings]
[New|Open|Recent|Shared] [file|project|folder|{thing}]
[Last|Next] [backup|sync|update|run]: [today|yesterday|in {small} minutes|never]
[{n} items|{small} of {n} selected|{n} unread|No results]
[Choose|Select] [a folder|a theme|your language|where to save]
[Are you sure|Do you want to delete {small} {things}|Quit anyway]?
[This|The] [action|file|account] cannot be [undone|found|opened].
[Remember me|Keep me signed in|Use system settings|Start at login]
[General|Appearance|Accounts|Shortcuts|Advanced|Network|Storage|Privacy]
[Create your account|Welcome back|Set up your profile|Connect your account]
[Enter the code|We sent a code|Check your inbox] [to continue|we sent you|to verify your address]
[Waiting for|Connecting to|Uploading to] [the server|{i1}|{c1}]
[Drag files here|Drop {things} here|Add your first {thing}] [or browse|to get started|]
[Your|The] [session|trial|token] [expires|ends] in {small} days.
[Invite|Add] [people|a member|someone] [to this project|by e-mail|]
[Copy|Share|Rename|Duplicate] [link|{thing}|to clipboard]
[{small}.{small} GB of {n} GB used|{pct}% full|Storage almost full]
[Used for|Controls|Sets] [new {things}|the font of the editor|how dates are shown]""",
    "validation": """\
Unlock with passphrase
Empty the bin?
{n} files, {small} folders
Auto-save every {small} minutes
Which calendar should be used?
Check for updates on start""",
    "test": """\
Verify your identity
Pick a place for new {things}
Moved {n} {things} to the archive
Do not show this again
Sync paused
Default font size""",
}

HEADINGS = {
    "train": """\
[Why|How|Where] [{N}|it|we] [works|exists|stands out|is different]?
[Built|Made|Designed] for [{people}|scale|speed|teams|the future]
[Everything|All] [you need|in one place|your team needs]
[Key|Main|Top|Core|More] [features|benefits|highlights|capabilities]
[Get|Getting|Start] [started|going] [in minutes|today|]
[The|A] [complete|better] [toolkit|platform|workflow] for {things}
[Meet|Introducing] the [new|] [editor|dashboard|assistant|team]
[Pricing|Plans] [that|for] [scale with you|every team|make sense]
[What|Who] [people|teams|our users] [say|are saying|love]
[Security|Performance|Collaboration|Integrations|Automation|Support]
[Frequently asked questions|Still have questions?|Common questions]
[News|Updates|Stories|From the blog]""",
    "validation": """\
Inside the workshop
Three good reasons
Care in every detail
Questions we hear
On the road""",
    "test": """\
What sets it apart
Small print, large type
Tools of the trade
Our promise
Day to day""",
}

CARD_TITLES = {
    "train": """\
[Real-time|Team|Smart|Visual|Bulk|Inline] [collaboration|editing|search|alerts|planning|review]
[Unlimited|Custom|Shared|Private|Live] {things}||privacy_security
[Fast|Easy|Secure|Open|Flexible|Reliable] [setup|by default|sharing|exports|and simple]||performance,privacy_security,compatibility,availability
[Advanced|Detailed|Weekly] [analytics|reports|insights|filters]
[Role-based|Single] [access|sign-on]||privacy_security,compatibility
[{Things}|{Verb}] [anywhere|on the go|in one click|made easy]||compatibility,performance
[Plugin|Template|API|Command] [system|library|access|palette]||compatibility
[24/7|Priority|Human] support||availability""",
    "validation": """\
Tidy {things}
Honest numbers
{Verb} and relax
Calm notifications
Free choice of tools||compatibility""",
    "test": """\
Steady {things}
Ready-made {others}
Room to think
{Verb} by voice
Clean exports||compatibility""",
}

# Titles before a claim that name its subject, by kind.
LABELS = {
    "train": {"performance": "Fast|Built for speed|Performance|Lightweight|Scalable", "compatibility": "Integrations|Cross-platform|Works with your stack|Compatible|Multi-platform", "privacy_security": "Secure|Privacy first|Security|Your data|Private", "license": "Open source|License|Free software", "pricing": "Pricing|Fair price|Free to start|Cost", "adoption": "Trusted|Community|Popular|Proven", "availability": "Availability|Easy to install|Deploy anywhere|Hosting", "limitation": "Limitations|Not included|Good to know|Caveat", "benchmark": "Benchmarks|Accuracy|Results", "other": "Team|History|Background"},
    "validation": {"performance": "Quick on its feet|Speed", "compatibility": "Plays well with others|Platforms", "privacy_security": "Discreet|Safety", "license": "Licence|Freedom", "pricing": "Costs|Money", "adoption": "In good company|Users", "availability": "Where to get it|Releases", "limitation": "What it cannot do|Limits", "benchmark": "Scores|Tests", "other": "Who we are|Origin"},
    "test": {"performance": "Swift|Small footprint", "compatibility": "Gets along|Systems", "privacy_security": "Closed doors|Confidential", "license": "Licensing|Source code", "pricing": "What it costs|Plans", "adoption": "Widely used|Customers", "availability": "Get it|Versions", "limitation": "Restrictions|Not yet", "benchmark": "Measured|Leaderboards", "other": "The makers|Roots"},
}


def lines(table, split):
    """The lines of a split."""
    if split == "unseen":
        return next(unseen.SURROUNDINGS[name].splitlines() for name, known in globals().items() if known is table and name in unseen.SURROUNDINGS)
    return table[split].splitlines()


def labels(split):
    """Titles before a claim, by kind."""
    return unseen.LABELS if split == "unseen" else LABELS[split]

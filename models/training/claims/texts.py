"""Sentence patterns of the made pages, by what they say.

Invariant: patterns of a split are disjoint from those of the others (`words.share`); braces hold slots that `facts.fill`
knows. A claim says something that is true of the tool; filler says nothing that could be checked or compared.
Must not: quote an existing page.
"""

CLAIMS = {
    "feature": """\
{N} {verb}s {things} as they arrive and flags the ones that need a second look.
Import {things} from a spreadsheet and keep {others} in step without a script.
Search {things} by any word they contain.
Every change to a {thing} is kept, so you can go back to any version.
{N} groups related {things} on its own and lets you rename the groups later.
Drag {things} between columns and the {others} follow.
Full-text search over {things} and {others}
Keyboard shortcuts for every command
{N} comes with a command line client for scripts.
You can share {things} through a link that expires when you say so.
It turns {things} into {others} with one click.
Filters can be saved and shared with your team.
Build reports from {things} without writing a formula.
Undo works across sessions, even after a restart.
Templates for {things} that start from what you did last week
Bulk editing of {others}
See all {things} of a day on one page.
{N} lets {people} {verb} {things} together in real time.
A visual editor shows {others} exactly as readers will see them.
Rules decide which {things} reach which person.
Assign {others}, set due dates and follow progress from one board.
Automatic deduplication of {things}
Attach notes, files and voice memos to any {thing}.
{N} keeps a full history of who touched which {thing}.
Nested {others} with drag and drop
It learns which {things} belong together and suggests the rest.
Export {things} as CSV, JSON or PDF whenever you like.
Colour labels and custom fields on {things}
Recurring {others} are created for you at midnight.
With one configuration file, {N} can {verb} thousands of {things}.
Dark and light themes that follow the system
Comments live next to the {thing} they are about.
Ask questions about your {things} in plain English.
Notifications arrive only when a {thing} changes state.
Preview {others} before they go live.
Version control for {others}""",
    "performance": """\
{N} opens {n} thousand {things} in under {small} seconds.
Up to {small}x faster than the previous release
A cold start takes {ms} ms.
Handles {n},000 requests per second on a single core.
Uses less than {mb} MB of memory.
{N} starts in {ms} milliseconds, even on old laptops.
Indexing runs in parallel on all cores.
Pages load {pct}% faster than before.
Low latency: answers arrive in {ms} ms at the 99th percentile.
The engine is written in Rust and adds almost no overhead.
Queries stay quick with {n} million {things}.
Scales from one machine to {n} nodes""",
    "benchmark": """\
Scores {pct}.4 on the public {caps} benchmark.
{N} outperforms larger models on {caps}.
Reaches {pct}% accuracy on the {caps} test set.
On {caps} it is ahead of every open model of its size.
First place on the {caps} leaderboard at {pct}.9 points
In our benchmark {N} answered {pct}% of the questions correctly.""",
    "compatibility": """\
Runs on {platforms}.
Works with {i1}, {i2} and {i3} out of the box.
Available for {platforms}
Integrates with {i1} and {i2}.
{N} supports {platforms}.
Native plugins for {i1} and {i2}
Compatible with {platforms}.
Connects to {i1}, {i2} and more than {n} other services.
Drop-in replacement: it speaks the same protocol as {i1}.
Works in every modern browser without an extension.
Bindings for Python, Go and TypeScript
Sync {things} with {i1} in both directions.""",
    "license": """\
{N} is open source under the {lic} license.
Free software, released under {lic}.
Licensed under the {lic} license.
The code is open source and lives on a public forge.
Dual-licensed under {lic} and a commercial license.
Commercial use is allowed.
Source available under {lic}
The weights are released under {lic}.
100% open source, from the apps to the server.""",
    "privacy_security": """\
Your {things} never leave your device.
End-to-end encryption for every {thing}.
{N} collects no telemetry.
SOC 2 Type II certified and GDPR compliant.
Passwords and keys are encrypted at rest with AES-256.
No tracking, no ads, no account.
Single sign-on with SAML and SCIM
Everything stays on your own servers.
Role-based access and audit logs for every team.
We never sell or share your data.
Two-factor authentication for all accounts
{N} works without an internet connection, so nothing is uploaded.""",
    "pricing": """\
Free for teams of up to {small} people.
Start with a {days}-day free trial, no credit card required.
Save {pct}% when you pay for a year.
No hidden fees.
Cancel at any time.
The first {n} {things} are free every month.
One payment, yours for life.
Students and non-profits get {pct}% off.
You pay only for the {things} you keep.""",
    "adoption": """\
Trusted by {n},000 {people} in {small} countries.
More than {n} million {things} handled last year.
Used in production at {c1} and {c2}.
Join {n},000+ teams who switched this year.
{n}k developers use {N} every month.
Loved by {people} at {c1}, {c2} and {c3}.
Over {n},000 downloads a week
Chosen by {n} of the 100 largest publishers.
{n}M+ {things} processed""",
    "availability": """\
Available on the App Store and Google Play.
Version {small}.2 was released in {month}.
99.9{small}% uptime over the last twelve months
Now generally available in {n} regions.
Install it with Homebrew or download a binary.
Self-hosted or in our cloud
Packages exist for every major distribution.
The current stable release is {small}.{ms}.
Public beta opens in {month}.""",
    "limitation": """\
Windows is not supported yet.
{N} does not handle encrypted {things}.
Offline mode is still experimental.
The mobile app cannot edit {others}.
Requires at least {small} GB of memory.
Imports are limited to {n},000 {things} per file.
Support for {i1} is planned for {month}.
{N} is in early development and its file format may change.
The free plan does not include {others}.""",
    "other": """\
{N} is built by a team of {small} in {city}.
Backed by {c1} Ventures.
Founded in 20{yy} by {person}.
{N} is sponsored by {c1}.
Maintained by volunteers since 20{yy}.
{N} was inspired by an internal tool at {c1}.""",
}

DEFINITIONS = """\
{N} is a {what} for {people} who {verb} {things} every day.
{N} is an open-source {what} that keeps {things} and {others} in one place.
{N} helps {people} {verb} {things} without leaving the keyboard.
{N} is the {what} that grows with your team.
{N} is a fast {what} with first-class support for {others}.
{N} gives {people} one place to {verb} {things}.
The {what} that {people} open first in the morning.
{N} brings {things}, {others} and people together.
{N} is a small, self-hosted {what} written in Go.
{N}, a {what} for people who care about {things}.
{N} makes it easy to {verb} {things} at any scale.
{N} provides everything {people} need to {verb} {things}.""".splitlines()

TAGLINES = """\
{Verb} {things} without the busywork
The {what} for {people}
{Things} and {others}, finally in one place
A calmer way to {verb} {things}
Your {things}. Your rules.
{Verb} faster, worry less||performance
Meet the {what} your team will actually use
A modern {what} that stays out of your way
The open {what} for serious {people}||license
From {things} to {others} in minutes||performance
Simple {what} for small teams
Stop losing {things}""".splitlines()

# Says nothing that could be checked: not a claim.
FILLER = """\
We believe great work deserves great tools, and we are only getting started.
Whatever you do next, do it with confidence.
Change is hard, but standing still is harder.
Join us on a journey that puts people first.
Every story begins with a single step.
Big ideas need room to breathe.
Because your time matters more than anything else.
The future belongs to those who prepare for it.
Let us show you what is possible when everything just clicks.
Ready to see what the fuss is about?
Questions? Our friendly team would love to hear from you.
Good things happen when people work side by side.
Do more of what you love.
Here is what happens when curiosity meets craft.
Nobody ever said that growth was easy.
We are on a mission to bring joy back to work.
Sign up for our newsletter and never miss an update.
Tell us about your project and we will get back to you.
Drop us a line, we read everything.
Take the first step today.
Less noise means more time for what counts.
Discover a new way of thinking about work.
You deserve better than another spreadsheet.
Our office dog approves of this message.""".splitlines()

# Over a section: neither a claim nor a name.
HEADINGS = """\
Everything in one place
How it works
Why teams switch
Built for the way you work
Features
What you get
Made for people like you
Core features
One tool, many uses
Powerful features
Under the hood
Who it is for
Ready when you are
Three steps to calm
Highlights
Nothing left to chance
At a glance
A closer look""".splitlines()

CARD_TITLES = """\
Smart {others}
Live {things}
{Things} on autopilot
Instant search||performance
Shared {others}
Private by default||privacy_security
Made for teams
Flexible rules
One inbox
Clear reports
Quick setup||performance,availability
Always in sync||compatibility
Work offline||compatibility,privacy_security,availability
Fine-grained roles||privacy_security
Open formats||compatibility
Built-in history
Bring your own {things}||compatibility
Friendly support||availability""".splitlines()

QUOTES = """\
{N} saved us a whole day every week. I would not go back.
I moved all our {things} in an afternoon and my team never looked back.
The best {what} I have used in ten years.
We tried three other tools before we found {N}, and it simply works.
It does one thing and does it well. My colleagues love it.
Our {things} used to be a mess; now we can find anything in seconds.
I recommend {N} to every team I talk to.
Honestly, I was sceptical. After a week I was sold.
It is rare that I love a piece of software, but here we are.
Setup took five minutes and our {people} were happy the same day.
We cut the time we spend on {others} by half.
Support answers within the hour, which still amazes me.""".splitlines()

# Reviewer notes on comparison pages, with the verdict they end in (None: not said).
VERDICTS = [tuple(line.split("|")) for line in """\
The primitive here is a {what} that treats {things} as data, and the first ten minutes hold up. I would ship it for small teams.|ship
Direct competitors are {R1} and {R2}. What kills this is the first {thing} that does not fit the model, so I skip for now.|skip
By 2028 most {people} will expect this from any {what}. Early, but on the right curve: ship.|ship
The buyer is the head of a team of {people}, and the budget exists. As a standalone product it holds, nothing more.|hold
The setup bet is one file, and it pays off: {things} work before lunch. Ship.|ship
{R1} does this already, and {R2} does it cheaper. The moat is thin and I would hold.|hold
What has to go right is that {others} stay open. If they do, this ships.|ship
Unit economics look fine at ten seats and wrong at a thousand. Skip until that changes.|skip
A weekend would not be enough to rebuild it, which is the test. I ship it.|ship""".splitlines()]

FAQ = [tuple(line.split("|")) for line in """\
Can I change my plan later?|Of course, just write to us and we will sort it out together.
How do I get started?|Create an account and follow the guide on the welcome page.
Is there a trial?|Have a look at the pricing page for what each plan offers.
Do you offer support?|Our team answers questions on weekdays between nine and five.
Where can I report a problem?|Please open a ticket and describe what you did and what you saw.
Who is behind this?|A few friends who could not find what they were looking for.""".splitlines()]

CALLS = """Get started|Start free|Book a demo|Try it now|Download|Contact sales|Learn more|Sign up free|See plans|Join the waitlist|Read the docs|Watch the video|Request access|Talk to us|Create account""".split("|")
MENUS = """Features|Pricing|Docs|Blog|About|Changelog|Customers|Contact|Product|Solutions|Resources|Enterprise|Support|Careers|Community|Templates|Integrations|Log in""".split("|")
FOOTERS = [column.split(",") for column in """Product,Overview,Pricing,Roadmap,Status|Company,About us,Careers,Press,Contact|Resources,Guides,API reference,Help center,Community|Legal,Privacy policy,Terms of service,Imprint,Cookies|Learn,Tutorials,Webinars,Templates,Blog|Connect,Mastodon,LinkedIn,GitHub,Newsletter""".split("|")]
COOKIES = ["We use cookies to improve your experience on this site.", "This site uses cookies. By continuing you accept our cookie policy.", "Cookies help us understand how the site is used."]
NOTICES = ["New: read our report on the state of the industry", "We are hiring across all teams", "Webinar on Thursday: save your seat", "Our office moved, come and visit", "Meet us at the spring conference in {city}", "The autumn update is out, see the notes"]
BENCHMARKS = ["DOCREAD", "SPEECHMIX", "CODEPATH", "VISQ", "LONGTALE", "MATHSET"]
SPECIAL_HEADINGS = ["Installation", "Usage", "Contributing", "License", "Getting started", "Configuration", "Acknowledgements", "Development", "Quick start"]
COMMANDS = ["brew install {pkg}", "npm install {pkg}", "pip install {pkg}", "cargo install {pkg}", "docker run {pkg}/{pkg}:latest", "go install example.org/{pkg}@latest", "sudo apt install {pkg}", "npx {pkg} init", "{pkg} --help", "{pkg} run --watch"]
INSTRUCTIONS = """\
Clone the repository and run the setup script.
Then open the address in your browser.
See the documentation for all options.
Make sure that the service is running before you continue.
Create a file called config.toml in your home folder.
You can find more examples in the wiki.
Please read the contributing guide before you open a pull request.
Run the command below to install it.
Open an issue if something does not work.
Thanks to everyone who has contributed so far.
If you use a different port, change it in the settings file.
Check the release notes before you upgrade.""".splitlines()

"""Texts of the split `unseen`: written when the texts of the training were fixed, and never looked at to mend anything.

Form: as in `wordings` and `surroundings`. Designs, names and word lists are those of the split `test`.
Invariant: no line stands in another split; nothing quotes an existing page.
Must not: be read while rules, wordings of other splits or thresholds are worked on. Whoever has done so writes a new one.
"""

CLAIMS = {
    "feature": """\
Pull a {thing} out of the list and it opens in its own window.
Ghost text completes the sentence you began
Side notes travel with the {thing} when it moves.
{N} stitches several {things} into one long report.
Swipe left to put a {thing} off until Monday
Every field can carry a default and a hint.
Two people may write in the same {thing} without locking it.
Wildcards work in every search box
Column widths are remembered for each view
{N} reads the old {things} aloud while you correct the new ones.
Circular references are spotted at once
Macros replay what you did by hand
Stamps, ribbons and arrows for marking up {others}
You describe the {thing} and {N} writes the first version.
Unfinished {things} wait in a tray of their own.""",
    "performance": """\
A search over ten years of {things} takes {ms} ms.
The whole thing weighs {small} MB on disk
It idles at one percent of a core.
Twelve times as many {things} per hour as {R1} ||benchmark
Scrolling stays even at {n},000 rows
{N} wakes from sleep in the time it takes to blink.
Compression brings backups down to a fifth of their size""",
    "benchmark": """\
{pct}.{small} % of the {caps} questions answered correctly
Its nearest rival on {caps} trails by {small} points.
On {caps} and two sister suites the small model beats {R1}.
Error rate on {caps}: {small}.{small} %""",
    "compatibility": """\
The same binary serves {platforms}.
Calendars from {i1} show up next to your own.
{N} can be driven from shell scripts, Python or curl. ||feature
Old {R1} projects open without changes.
{i1} and {i2} receive every change through a hook. ||feature
There are keyboards, watches and televisions that run it. ||availability
It accepts whatever {R1} exports. ||feature""",
    "license": """\
We publish every line under {lic}.
{lic} for the library, a paid license for the console
Take it, change it, sell it: {lic} allows all three.
The documentation is in the public domain.""",
    "privacy_security": """\
The server stores ciphertext and nothing else.
Guests see only the {things} that were shared with them. ||feature
Every login from a new place has to be confirmed.
A lost phone can be locked out from any browser. ||feature
We have no idea what you keep in it, by design.
Access keys expire after {days} days.""",
    "pricing": """\
Nobody pays before the second month.
Teams under {small} people use it without charge.
The yearly plan saves you {pct} percent.
Billing stops the day you leave.
An extra workspace is ${small} a month.""",
    "adoption": """\
{c1}, {c2} and {n} cities run on it.
Half of all {people} in {city} have an account.
The extension was added {n},000 times this spring.
Over {n} thousand {people} took part in the beta. ||availability""",
    "availability": """\
Doors open to everybody on the first of {month}.
Fetch it from your distribution's repository. ||compatibility
Last outage: {days} minutes in {month}
The {small}.x line gets fixes until 20{yy}.
A mirror in {city} serves downloads when the main site is down.""",
    "limitation": """\
Anything longer than {n} pages has to be split by hand.
Printing from a phone comes out wrong.
{N} forgets the order of {things} when it restarts.
No one has ported it to Windows. ||compatibility
Expect to configure it for a day or two before it is useful.
{Things} with more than {n} columns are out of reach.""",
    "other": """\
{person} began it on a long train ride in 20{yy}.
A dozen people at {c1} keep it going.
It is what became of {R1}. ||feature
Our desks stand in {city}.""",
}

SURROUNDINGS = {
    "DEFINITIONS": """\
{N}, a {what} for {people} who have better things to do.
Give {N} your {things} and it hands back {others}.
{N} brings order to {things} without asking {people} to change their habits.
In short, {N} is the {what} that {people} asked for.""",
    "TAGLINES": """\
{Things} on a short leash
The {what} nobody needs to explain
Every {thing} in its place
More {others}, fewer meetings
{Verb} it and move on""",
    "QUOTES": """\
After a month I cancelled three other subscriptions.
Even my father uses it, and he distrusts everything with a screen.
I keep waiting for the catch and there is none.""",
    "FILLER": """\
Somewhere, someone is having a better day because of a small idea.
Grab a coffee and have a look around.
Nice things take time, and we took ours.
Why should work feel like work?
What could you do with an extra hour?
A toast to everyone who ever lost a file.
We cannot wait to see what you come up with.
Let your curiosity lead the way.
That is a promise we intend to keep.
Ten things we wish we had known""",
    "INSTRUCTIONS": """\
Put the key in the first line of the settings.
Hold the button for three seconds to start pairing.
Should the window stay white, clear the cache.
Answers to most problems are in the handbook.
Take the second script if you are on an older system.
Sign in once so that the token is written.""",
    "INTERFACE": """\
Sort by name
Empty: nothing to show
{n} {things} are older than a year
Lock after {small} minutes
Give this {thing} a name
Retry in {small} seconds""",
    "HEADINGS": """\
Behind the curtain
Good to the last detail
Where to go from here
The short version
By the numbers""",
    "CARD_TITLES": """\
Loose {things}
{Things} at hand
Second thoughts
Fewer clicks
{Verb} in pairs""",
}

LABELS = {"performance": "Pace|Weight", "compatibility": "Neighbours|Runs where", "privacy_security": "Locks|Discretion", "license": "Terms|Rights", "pricing": "The bill|Charges", "adoption": "Company kept|Reach", "availability": "When and where|Supply", "limitation": "Small print|Missing", "benchmark": "Marks|Standing", "other": "Beginnings|The people"}

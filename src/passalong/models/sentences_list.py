"""Every sentence that pages show and that is made where no reader is known (see `sentences.py`), as it is in the code.

`%(name)s` is what stands there; `why` is another of these sentences. Those that name who, where or how many are of one
person, place or number each.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

NET = (
    _("The site took too long to answer. Trying again later may help."),
    _("What the site sends is too big: more than %(n)s MB."),
    _("What the site sends is too big: more than %(n)s kB."),
    _("The site's answer broke off in the middle. Trying again later may help."),
    _("The site sent a damaged answer. Trying again later may help."),
    _("The site's answer does not follow the rules of the web. Its keeper must mend that."),
    _("The address redirects into a private network, which Passalong does not visit."),
    _("The address redirects to where Passalong cannot follow. %(why)s"),
    _("There is no site with the name %(host)s. Check how it is spelled."),
    _("The site %(host)s does not accept connections. Trying again later may help."),
    _("The site %(host)s cannot prove that it is itself: its certificate is not valid."),
    _("The name %(host)s could not be looked up. Trying again later may help."),
    _("This computer cannot reach the internet just now. Check its connection."),
    _("The proxy through which Passalong goes out does not answer. Check PASSALONG_PROXY."),
    _("The proxy asks for a password: write it into PASSALONG_PROXY."),
    _("The address redirects again and again and leads nowhere."),
    _("The address leads from a protected connection to an open one, so nothing was sent."),
    _("Passalong is stopping. It will try again when it runs."),
    _("The address leads into a private network, which Passalong does not visit."),
    _("Passalong visits only addresses that begin with http:// or https://."),
    _("The address hides where it leads. Write it without the part before the @."),
    _("The address is too long, or has signs in it that no address can have."),
    _("The address names no site: it should look like https://site.example/page."),
    _("The number after the colon in the address is no port."),
    _("Nothing that can be read lives at that port of the address."),
    _("This is not an address that can be visited. Check it and try again."),
    _("This is not an address that can be visited: %(why)s. Check it and try again."),
    _("it names no site"),
    _("no site can have such a name"),
    _("the part in brackets is no IPv6 address"),
    _("the number in it is no internet address"),
    _("There is no picture at this address."),
)
WIRE = (
    _("That is not a web address: paste one such as https://example.org/page."),
    _("That is too long for an address: paste the address alone."),
    _("That address is too long to keep: use a shorter one."),
    _("That is not a web address: it should start with https:// or http://."),
    _("The number after the colon is no port: check that part of the address."),
    _("The name of the site in that address is not possible: check it for typing errors."),
    _("That address names no site: a host such as example.org is missing."),
    _("This address gives an empty answer."),
    _("This address gives nothing that can be followed."),
    _("This address gives a web page, not something that can be followed."),
    _("This address gives data, but no posts that could be followed."),
    _("The data at this address is nested too deeply."),
    _("The data at this address says the same thing twice."),
    _("The data at this address holds %(name)s, which is no number."),
    _("The data at this address is not valid JSON."),
    _("The data at this address holds a number that is none."),
    _("The data at this address ends before its end."),
    _("This document is far too long to be read."),
    _("This document declares far too many vocabularies to be read."),
    _("This document lists far more posts than can be read."),
    _("This document is nested too deeply to be read."),
    _("This document is too broken to be read."),
    _("This page marks up no posts that could be followed."),
    _("This page is too big to be read for posts."),
    _("This page is nested too deeply to be read."),
    _("This page is too broken to be read for posts."),
    _("This is not a web page, so it cannot be looked at for changes."),
    _("This file is not a list of people: export it from your reader as OPML."),
    _("This list is longer than %(n)s lines: split it into parts."),
    _("That host does not say who is behind this name."),
    _("The page's own description of itself cannot be read."),
)
FOLLOW = (
    _("You follow %(who)s now."),
    _("You follow %(who)s now. %(why)s"),
    _("You follow %(who)s now. It has no feed, so the page itself is looked at."),
    _("This page has a feed, “%(name)s”: follow that instead."),
    _("You follow one person of this list now."),
    _("You follow %(n)s people of this list now."),
    _("You follow everybody on this list already, as far as they can be followed."),
    _("You follow %(who)s already."),
    _("You follow %(n)s already, the most this node takes: unfollow some first."),
    _("You follow them already."),
    _("That is this node itself."),
    _("That is this node itself: you are here already. Follow somebody else."),
    _("That is not a web address that can be followed."),
    _("There is nothing at this address that can be followed: try their blog or home page."),
    _("The page answers with an error (%(status)s): look at the spelling."),
    _("Looking for something to follow took too long. Try again later."),
    _("The site does not answer. Try again later."),
    _("That is no address. Paste the address of a page, or a handle such as @name@host."),
    _("That is neither an address nor a handle. A handle looks like @name@host."),
    _("A handle needs the name of its host, not a number, such as @name@host.example."),
    _("A handle needs its host as well, such as @name@host. Where is this person?"),
    _("“%(scheme)s” is no address of the web, and only these can be followed. Paste one with https."),
    _("That name of a site is not possible. Look at its spelling."),
    _(
        "Nobody is known as %(user)s at %(host)s, so there is nothing to follow. Look at its spelling; if it is a mail "
        "address, ask the person for their site instead."
    ),
    _("%(host)s answers for somebody at another host, who does not confirm it. Use the handle of that host."),
    _("This address is parked or for sale: whoever wrote here is no longer here. Look for their new address."),
    _(
        "This is private: only members who log in (sign in) with a name and password can read it. Ask its author for a "
        "public page or feed address."
    ),
    _(
        "This is private: only members who log in (sign in) with a name and password at %(host)s can read it. Ask its "
        "author for a public page or feed address."
    ),
    _("This site says that it has too many requests just now. Try again later."),
    _(
        "This site refused us (%(status)s): it does not allow programs to read it, or it is private to members who log "
        "in. It cannot be followed from here. Ask the person for a blog, newsletter or feed address."
    ),
    _("Only the comments can be followed here, and not the posts. Ask the author for a feed of the posts."),
    _("This page is too large to be read, and no feed was found beside it."),
    _("This is a page of search results, and it has no feed. Open the page you meant and paste its address."),
    _(
        "%(host)s has no feed that could be found from this page, so there is nothing to follow here yet. Ask its "
        "author for one, or watch the page yourself."
    ),
    _(
        "%(host)s has no feed that could be found from a file, so there is nothing to follow here yet. Ask its author "
        "for one, or watch the page yourself."
    ),
    _("This page is gone for good, its site says (410), and no feed was found there."),
    _(
        "There is no page at this address (404, not found), and its site has no feed. Look at the spelling, or paste "
        "the address of the site's front page."
    ),
    _("This site is not working at the moment (it answered with error %(status)s). Try again later."),
    _(
        "This address is private: it lies in a local, internal network and is not public, so it is not allowed. Paste "
        "an address of the public web."
    ),
    _(
        "This address sends its visitors in a circle: it redirects again and again, a loop without an end. Only its "
        "owner can mend that."
    ),
    _("This address leads to something that is no web address, which is not followed."),
    _("This site could not be reached. Try again later."),
)
FOUND = (
    _("Feeds of this place have this form."),
    _("The host of %(who)s names it."),
    _("It is the fediverse account %(who)s."),
    _("It is a list of people to follow."),
    _("It has no feed, but marks up itself what is posted there."),
    _("It is named in the page's markup."),
    _("It is at a usual address."),
    _("It is near the address you gave."),
    _("It is the address you gave."),
    _("It has the posts to these comments."),
    _("The page itself can be followed."),
    _("The address answers so to readers of feeds."),
    _("The page names this fediverse account."),
    _("The page %(place)s names this fediverse account."),
    _("The front page of %(place)s names this fediverse account."),
    _("The page names what its feed's address is made of."),
    _("The page %(place)s names what its feed's address is made of."),
    _("The front page of %(place)s names what its feed's address is made of."),
    _("The page announces it."),
    _("The page %(place)s announces it."),
    _("The front page of %(place)s announces it."),
    _("The page announces this list."),
    _("The page %(place)s announces this list."),
    _("The front page of %(place)s announces this list."),
    _("The page links to it."),
    _("The page %(place)s links to it."),
    _("The front page of %(place)s links to it."),
)
STATES = (
    _("It has changed so much that it may be somebody else's now: look, then press “It is still them”."),
    _("Its site says that it is gone for good: unfollow it, or find its new address. We look once a week."),
    _("Its site says that it is gone: nothing for you to do, we look again tomorrow."),
    _("It moved to %(place)s, which you follow: nothing for you to do."),
    _("It sent very much at once: the newest are in your river, %(n)s older ones are kept on its page."),
    _("It sends very much: the newest are in your river, %(n)s more were too many to keep."),
    _("Its site shows it to nobody without a key"),
    _("Its site says that there is nothing at this address"),
    _("Its site asks us to come back later"),
    _("Its site could not be found"),
    _("Its site could not be found just now"),
    _("It broke off in the middle"),
    _("Its site sends a web page instead"),
    _("Its site answers with an error (%(status)s)"),
    _("Passalong could not make sense of it"),
    _("It could not be stored here"),
    _("%(why)s, for %(days)s days now: unfollow it, or find its new address. We look once a week."),
    _("%(why)s, for %(days)s days now: nothing for you to do, we look once a week."),
    _("%(why)s: nothing for you to do, we try again soon."),
    _("%(why)s: what you have stays; if it does not come back, find its new address and follow that."),
    _("%(why)s: what you have stays; its author can mend it."),
    _("%(why)s: its author can make it shorter, or read it anyway from its page here."),
    _("%(why)s: ask its author, or unfollow it."),
    _("%(why)s: nothing for you to do, we come back when it asked."),
    _("%(why)s: nothing for you to do, its site has to mend it."),
    _("%(why)s: nothing for you to do, we keep trying."),
    _("%(why)s: check the address, or unfollow it."),
    _("%(why)s: the fault is ours; the log of this node says more."),
)
SHARE = (
    _("There is nothing to share yet: paste a link, write a thought or add a file."),
    _("That is %(n)s characters where %(most)s fit: make it shorter, or share it as a file."),
    _("The title has %(n)s characters where %(most)s fit: make it shorter."),
    _("That is %(n)s tags: %(most)s fit, so drop some."),
    _("That credits %(n)s people: %(most)s fit."),
    _("That is %(n)s files: share %(most)s at a time."),
    _("A share is public or unlisted: choose one of the two."),
    _("“%(address)s” is not a web address: it has to look like https://example.org/page."),
    _("“%(name)s” is empty: choose another file."),
    _("“%(name)s” is a picture no browser shows: save it as JPEG or PNG and choose that."),
    _("“%(name)s” is larger than %(most)s MB: share a link to it, or a smaller one."),
    _("“%(name)s” has more than 40 million pixels: make it smaller."),
    _("“%(name)s” is broken or cut short: save it again and choose that."),
    _("“%(name)s” is not a picture that can be shown: save it as JPEG or PNG."),
    _("“%(name)s” took too long to read: save it as JPEG or PNG and choose that."),
    _("The file “%(name)s” is no longer here: choose it again."),
    _("This was not taken back."),
    _("This is your own page: nobody is to be followed here but you."),
    _("This was erased, as promised, and cannot be brought back: share it anew."),
)
TOLD = (
    _("Could not reach %(place)s. %(why)s"),
    _("Could not tell %(place)s. %(why)s"),
    _("The page at %(place)s does not open (it answers %(status)s)."),
    _("%(place)s did not take it (it answers %(status)s)."),
    _(
        "%(place)s was not told: nobody there can open this node's address, %(ours)s. Set PASSALONG_URL to a public "
        "address, then try again."
    ),
    _("The page is shown only to those who sign in there."),
    _("The page is shown only to those who pay there."),
    _("The site does not let programs like this one read the page."),
    _("The site says that there is no page at this address."),
    _("The site says that the page is gone."),
    _("The site says that it has too many visitors just now."),
    _("The site may not show the page, for legal reasons."),
    _("The site is not working just now."),
    _("The site answered with %(status)s instead of a page."),
)
APPS = (
    _("The app at %(host)s wants the answer sent to %(place)s, and does not list it."),
    _("The app gave an address that cannot be read."),
    _("The app gave an address that cannot be read safely."),
    _("The app gave an address with a part that does not belong there."),
    _("The app does not say by a web address which app it is."),
    _("The app's address has dots for a path."),
    _("The app names itself by a number: it needs a name."),
    _("The app wants the answer sent to a place that is no address."),
    _("The app wants the answer sent to no host."),
    _("The app did not say which app it is and where the answer goes."),
    _("The app's description is that of another app."),
    _("The app's description is no JSON."),
    _("This question is too old, or was asked of somebody else."),
    _("Nothing was given away. Go back to the app and begin again; if it happens again, its makers have to mend it."),
)
SENTENCES = (*NET, *WIRE, *FOLLOW, *FOUND, *STATES, *SHARE, *TOLD, *APPS)

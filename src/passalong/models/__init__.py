"""What we keep."""

from .file import File
from .follow import Follow
from .grant import Grant
from .hub import Subscriber, Subscription
from .item import Body, Item
from .link import Link
from .mail import Arrival, Delivery
from .mark import Mark
from .page import Page
from .person import Person
from .posted import Posted, Withdrawn
from .source import Source
from .token import Token
from .user import User

__all__ = [
    "Arrival",
    "Body",
    "Delivery",
    "File",
    "Follow",
    "Grant",
    "Item",
    "Link",
    "Mark",
    "Page",
    "Person",
    "Posted",
    "Source",
    "Subscriber",
    "Subscription",
    "Token",
    "User",
    "Withdrawn",
]

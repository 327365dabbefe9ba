"""What we keep."""

from .file import File
from .follow import Follow
from .item import Body, Item
from .link import Link
from .mark import Mark
from .page import Page
from .person import Person
from .source import Source
from .token import Token
from .user import User

__all__ = ["Body", "File", "Follow", "Item", "Link", "Mark", "Page", "Person", "Source", "Token", "User"]

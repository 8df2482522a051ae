"""The concepts of the emoji world: one glyph, a name, synonyms and a moderation group each.

Names follow Unicode's short names where those are natural English. The list leaves out glyphs that
are near twins of another one at 64 pixels (U+2620 beside U+1F480, tropical drink beside cocktail ...):
that is a choice of the world, made before any test image is drawn.
"""
from __future__ import annotations

from dataclasses import dataclass

HARMFUL_GROUPS = ("weapons", "drugs", "alcohol", "gambling", "gore")


@dataclass(frozen=True)
class Concept:
    """One thing the model can name. `id` is the slug used as a label id."""

    glyph: str
    name: str
    synonyms: tuple[str, ...]
    group: str

    @property
    def id(self) -> str:
        return self.name.replace("'", "").replace(" ", "-").lower()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.synonyms)


# group: "glyph name | synonym | synonym", one concept a line
_TABLE = {
    "weapons": """
        🔫 pistol | gun | handgun
        🔪 kitchen knife | chef knife | blade
        🗡️ dagger | short sword
        💣 bomb | explosive
        ⚔️ crossed swords | two swords
        🪓 axe | hatchet
        🏹 bow and arrow | archery bow
        🧨 firecracker | dynamite stick""",
    "drugs": """
        💉 syringe | needle | injection
        💊 pill | drug capsule | medicine pill
        🚬 cigarette | tobacco | lit cigarette""",
    "alcohol": """
        🍺 beer mug | beer | mug of beer
        🍷 wine glass | red wine | glass of wine
        🍸 cocktail glass | cocktail | martini
        🥃 tumbler of whisky | whisky | liquor
        🍾 champagne bottle | champagne | sparkling wine
        🍶 sake bottle | sake""",
    "gambling": """
        🎰 slot machine | casino machine | jackpot
        🎲 game die | dice
        🃏 joker card | playing card
        🎴 flower playing cards | hanafuda""",
    "gore": """
        💀 skull | human skull
        ⚰️ coffin | casket
        🩸 drop of blood | blood
        🦴 bone | human bone
        🪦 headstone | grave | tombstone
        🫀 anatomical heart | human organ""",
    "animals": """
        🐶 dog face | dog | puppy
        🐱 cat face | cat | kitten
        🦁 lion | lion face
        🦊 fox | fox face
        🐼 panda | panda bear
        🐨 koala | koala bear
        🐸 frog | frog face
        🐷 pig face | pig
        🐵 monkey face | monkey
        🐔 chicken | hen
        🐧 penguin | penguin bird
        🦉 owl | owl bird
        🐝 honeybee | bee
        🦋 butterfly | orange butterfly
        🐌 snail | slug
        🐞 lady beetle | ladybug
        🐢 turtle | tortoise
        🐍 snake | serpent
        🐙 octopus | squid
        🦀 crab | red crab
        🐠 tropical fish | fish
        🐳 spouting whale | whale
        🐘 elephant | grey elephant
        🦒 giraffe | tall giraffe
        🦄 unicorn | magic horse
        🦩 flamingo | pink bird
        🦚 peacock | peafowl
        🦔 hedgehog | spiny hedgehog""",
    "food": """
        🍎 red apple | apple
        🍌 banana | bananas
        🍇 grapes | bunch of grapes
        🍉 watermelon | slice of watermelon
        🍓 strawberry | berry
        🍍 pineapple | ananas
        🍒 cherries | cherry
        🍋 lemon | citrus
        🥑 avocado | green avocado
        🥕 carrot | orange carrot
        🌽 ear of corn | corn | maize
        🍄 mushroom | toadstool
        🍕 pizza | slice of pizza
        🍔 hamburger | burger
        🍟 french fries | fries
        🌮 taco | mexican taco
        🍣 sushi | raw fish
        🍩 doughnut | donut
        🎂 birthday cake | cake
        🍦 ice cream | soft ice
        🍿 popcorn | box of popcorn
        🥨 pretzel | twisted pretzel
        🍳 fried egg | egg in a pan""",
    "vehicles": """
        🚗 red car | car | automobile
        🚌 bus | city bus
        🚒 fire engine | fire truck
        🚲 bicycle | bike
        🚜 tractor | farm tractor
        ✈️ airplane | aeroplane | plane
        🚁 helicopter | chopper
        🚀 rocket | space rocket
        ⛵ sailboat | sailing boat
        🚂 locomotive | steam train""",
    "nature": """
        🌻 sunflower | yellow flower
        🌹 rose | red rose
        🌵 cactus | desert cactus
        🌴 palm tree | coconut tree
        🌲 evergreen tree | pine tree
        🍁 maple leaf | autumn leaf
        🍀 four leaf clover | clover
        🌈 rainbow | arc of colours
        🌞 sun with face | sun
        🌙 crescent moon | moon
        ❄️ snowflake | ice crystal
        🔥 fire | flame
        🌋 volcano | lava mountain
        ⭐ star | yellow star
        ⛄ snowman | snow figure
        🌍 globe | planet earth""",
    "objects": """
        🎸 guitar | electric guitar
        🎺 trumpet | brass horn
        🥁 drum | drum with sticks
        📷 camera | photo camera
        ☎️ telephone | old phone
        💻 laptop | computer
        💡 light bulb | lamp
        🔑 key | door key
        ☂️ umbrella | open umbrella
        ⏰ alarm clock | clock
        ✂️ scissors | pair of scissors
        🧸 teddy bear | stuffed toy
        🎈 balloon | red balloon
        🎁 wrapped gift | present
        👑 crown | golden crown
        👓 glasses | spectacles
        🧲 magnet | horseshoe magnet
        🎨 artist palette | paint palette
        ⌛ hourglass | sand timer
        🔔 bell | golden bell
        🎒 backpack | school bag
        🏆 trophy | winner cup""",
    "faces": """
        🤖 robot | robot face
        👻 ghost | spook
        👽 alien | extraterrestrial
        🎃 jack o lantern | halloween pumpkin
        😎 face with sunglasses | cool face
        😡 angry face | red angry face
        🤢 nauseated face | sick green face""",
    "sports": """
        ⚽ soccer ball | football
        🏀 basketball | orange ball
        🎾 tennis ball | tennis
        🎳 bowling pins | bowling
        🎯 dart board | bullseye
        🥊 boxing glove | boxing
        🛹 skateboard | board with wheels""",
    "clothes": """
        👕 t shirt | shirt
        👗 dress | blue dress
        👟 running shoe | sneaker
        👠 high heel | red shoe
        🎩 top hat | black hat
        🧤 gloves | pair of gloves
        👖 jeans | blue trousers""",
}


def _parse() -> tuple[Concept, ...]:
    concepts = []
    for group, lines in _TABLE.items():
        for line in lines.strip().splitlines():
            glyph, names = line.strip().split(" ", 1)
            name, *synonyms = (part.strip() for part in names.split("|"))
            concepts.append(Concept(glyph, name, tuple(synonyms), group))
    return tuple(concepts)


CONCEPTS: tuple[Concept, ...] = _parse()
assert len({c.id for c in CONCEPTS}) == len(CONCEPTS), "concept names must be unique"

# Templates of the zero-shot prompts (a subset of CLIP's ImageNet templates, MIT) and of training captions.
TEMPLATES: tuple[str, ...] = (
    "a photo of a {}.",
    "a bad photo of a {}.",
    "a good photo of a {}.",
    "a photo of the {}.",
    "a photo of one {}.",
    "a close-up photo of a {}.",
    "a blurry photo of a {}.",
    "a low resolution photo of a {}.",
    "a bright photo of a {}.",
    "a rendering of a {}.",
    "a drawing of a {}.",
    "itap of a {}.",
)
EXTRA_CAPTION_TEMPLATES: tuple[str, ...] = (
    "{}",
    "a {}",
    "a picture of a {}.",
    "an emoji of a {}.",
    "an image with a {}",
    "a photo of a small {}.",
    "a photo of a large {}.",
    "this is a {}.",
)

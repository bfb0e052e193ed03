"""Product descriptions: the sentences from which the starter's descriptions are written.

Fields: {brand}, {article}, {colour}, {material}, {detail}, {other} (another detail); and words that follow the number
of the article: {it}, {them}, {its}, {this}, {is}, {has}, {comes} and others. {pair} stands before {colour}, {one}
before {article}. A field with a capital begins a sentence.
"""

from collections.abc import Mapping, Sequence

OPENINGS: Sequence[str] = (  # state brand, article and colour
    "Meet {this} {colour} {article} by {brand}, made from {material} with {detail}.",
    "{Brand} presents {pair} {colour} {article} in {material}.",
    "{This} {colour} {article} from {brand} {is} made of {material} and {comes} with {detail}.",
    "Cut from {material}, {this} {colour} {article} by {brand} {has} {detail}.",
    "With {this} {article} in {colour}, {brand} shows how good {material} can look.",
    "A fine choice from {brand}: {one} {article} in {colour}, made from {material}.",
    "If you are looking for {one} {article} in {colour}, {brand} has the answer.",
    "What do you get when {brand} works with {material}? {This} {colour} {article}, with {detail}.",
    "The {article} that {brand} shows here {is} {colour}, made of {material}, and {has} {detail}.",
    "Everybody needs {pair} {colour} {article}, and {brand} knows how to make {them}.",
    "{Brand} has made {this} {colour} {article} for people who notice details.",
    "Step out with {pair} {colour} {article} from the workshop of {brand}.",
)
DETAILS: Sequence[str] = (
    "{It} {has} {other}, and every seam is stitched twice.",
    "Look closer and you will find {other}.",
    "The design adds {other}, so {it} {is} ready for many years of use.",
    "{It} {comes} with {other}.",
    "Thanks to {other}, {it} {is} as practical as {it} {is} good-looking.",
    "A clever touch: {other}.",
    "Not every {brand} product has {other}, but this one does.",
    "Owners praise {other} most of all.",
    "You will notice {other} only when you need it.",
)
COLOURS: Sequence[str] = (
    "The {colour} finish is dyed in small batches and keeps its depth.",
    "In {colour}, {it} {suits} almost everything that hangs in a wardrobe.",
    "The shade of {colour} is even, calm and easy to match.",
    "{Colour} all over, {it} {is} simple to combine.",
    "{Its} {colour} tone was chosen by the design team of {brand} itself.",
    "Why {colour}? Because it goes with so much.",
    "Even after years the {colour} does not fade.",
    "{Brand} mixes this {colour} by hand, from three pigments.",
)
GENDERS: Mapping[str, Sequence[str]] = {
    "Men": (
        "{It} {is} cut for men and {comes} in all usual sizes.",
        "Made for men who want comfort without fuss.",
        "The fit is designed for men, with a little room to move.",
    ),
    "Women": (
        "{It} {is} cut for women and {comes} in all usual sizes.",
        "Made for women who want comfort without fuss.",
        "The fit is designed for women, with a little room to move.",
    ),
    "Boys": (
        "{It} {is} sized for boys and {is} tough enough for the playground.",
        "Made for boys who never sit still.",
        "Boys put {them} on without help.",
    ),
    "Girls": (
        "{It} {is} sized for girls and {is} tough enough for the playground.",
        "Made for girls who never sit still.",
        "Girls put {them} on without help.",
    ),
    "Unisex": (
        "The unisex cut follows no rules.",
        "{It} {is} unisex, so share {them} if you must.",
        "A unisex design that fits more people than you would think.",
    ),
}
USAGES: Mapping[str, Sequence[str]] = {
    "Casual": (
        "For casual days {it} {is} hard to beat.",
        "A natural part of any casual outfit.",
        "Wear {them} for a casual walk through town.",
        "The mood is casual from morning to night.",
    ),
    "Smart Casual": (
        "Right for a smart casual dinner or a meeting without a tie.",
        "The look is smart casual, neither stiff nor careless.",
        "A smart casual dress code was never easier.",
    ),
    "Party": (
        "Bring {them} to a party and expect questions.",
        "Made for party nights that end late.",
        "A party needs no more than this.",
    ),
    "Formal": (
        "For formal occasions {it} {is} beyond reproach.",
        "{It} {meets} a formal dress code without a word.",
        "Formal evenings are what {it} {is} made for.",
    ),
    "Sports": (
        "Built for sports, {it} {is} light and quick to dry.",
        "For sports of all kinds, on grass and on gravel.",
        "Sports people will like how little {it} {weighs}.",
    ),
}
SEASONS: Mapping[str, Sequence[str]] = {
    "Summer": (
        "Part of the summer collection, {it} {stays} cool at noon.",
        "Summer is short, so pack light.",
        "A good companion for a long summer.",
    ),
    "Winter": (
        "Part of the winter collection, {it} {stays} warm at dusk.",
        "Winter can come.",
        "A good companion for a long winter.",
    ),
    "Fall": (
        "Part of the fall collection, {it} {stays} dry in a shower.",
        "Fall is the time for good material.",
        "A good companion for the days of fall.",
    ),
    "Spring": (
        "Part of the spring collection, {it} {stays} fresh in the sun.",
        "Spring asks for something new.",
        "A good companion for the first days of spring.",
    ),
}
CLOSINGS: Sequence[str] = (
    "A quiet classic that you will reach for again and again.",
    "Once you have tried {them}, nothing else will do.",
    "Designed in a small studio and finished by hand.",
    "Simple, honest and made to last.",
    "It is the kind of thing that gets better with age.",
    "{Brand} checks each piece before it leaves the house.",
    "You may well want a second one as a gift.",
    "Order today, and use {them} for years.",
    "Little about {them} is loud, and that is the point.",
)

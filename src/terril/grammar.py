"""The closed classes of English and French words by which a question is built, and the endings of verbs.

What words are about stands in the ontology; what holds them together stands here, one table per language.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from . import spelling


def _words(text: str) -> frozenset[str]:
    return frozenset(spelling.words(text))


@dataclass(frozen=True)
class Grammar:
    """What the function words of a language do; words are folded.

    `askers` are question words by what they ask for, `markers` sequences of words that count, date, rank or compare.
    """

    tag: str
    askers: dict[str, str]
    markers: dict[str, str]
    be: frozenset[str]
    do: frozenset[str]
    have: frozenset[str]
    relative: frozenset[str]
    prepositions: dict[str, str]
    compounds: dict[str, str]
    negations: frozenset[str]
    articles: frozenset[str]
    pronouns: frozenset[str]
    light: frozenset[str]
    commands: frozenset[str]
    phrases: tuple[str, ...]
    numbers: dict[str, int]
    irregular: dict[str, str] = field(repr=False)
    endings: tuple[tuple[str, str], ...] = field(repr=False)
    participle: re.Pattern[str] = field(repr=False)
    by: frozenset[str]

    def roots(self, word: str) -> Iterator[str]:
        """What may be left of a verb without the endings of its forms.

        >>> set(ENGLISH.roots("focuses")) & set(ENGLISH.roots("focusing")) != set()
        True
        """
        forms = (word, word.removesuffix("s"), word.removesuffix("e"), word.removesuffix("es"))
        lemma = next((self.irregular[form] for form in forms if form in self.irregular), word)
        seen = {lemma, word}
        yield from dict.fromkeys((lemma, word))
        for ending, instead in self.endings:
            if lemma.endswith(ending) and len(lemma) - len(ending) + len(instead) >= 2:
                root = lemma.removesuffix(ending) + instead
                for form in (root, root[:-1] if len(root) > 3 and root[-1] == root[-2] else root):
                    if form not in seen:
                        seen.add(form)
                        yield form

    def words(self) -> frozenset[str]:
        """Every function word."""
        asking = {word for phrase in (*self.askers, *self.markers) for word in phrase.split()}
        return (
            frozenset(asking)
            | frozenset(self.prepositions)
            | self.articles
            | self.be
            | self.do
            | self.have
            | self.light
        )

    @cached_property
    def closed(self) -> frozenset[str]:
        """Words that never are what a question is about."""
        return (
            self.be
            | self.do
            | self.have
            | frozenset(self.prepositions)
            | self.articles
            | frozenset(self.askers)
            | self.relative
        )

    def is_participle(self, word: str) -> bool:
        """Whether a folded word may be a past participle."""
        return bool(self.participle.fullmatch(word)) or (word in self.irregular and self.irregular[word] != word)


_EN_IRREGULAR: Final = """
be:am is are was were been being|have:has had having|do:does did done|make:made makes making|give:gave given gives
hold:held|lead:led|draw:drew drawn|speak:spoke spoken|say:said says|tell:told|write:wrote written|build:built
bring:brought|take:took taken|meet:met|come:came|grow:grew grown|begin:began begun|run:ran running|sit:sat sits sitting
spring:sprang sprung|spin:spun spinning|think:thought|see:saw seen|find:finds finding|win:won winning|get:got gotten getting|show:shown
feed:fed|seek:sought|teach:taught|bear:bore born|rise:rose risen|choose:chose chosen|know:knew known|pay:paid
set:setting|put:putting|stand:stood|bet:bets betting|drive:drove driven|strive:strove|mean:meant means|lie:lay lain lies lying|sell:sold|keep:kept
lay:laid|leave:left|feel:felt|go:goes went gone going|understand:understood|undertake:undertook undertaken|cost:costs|let:lets
"""
_FR_IRREGULAR: Final = """
etre:est sont etait etaient ete sera seront fut furent soit soient etant serait|avoir:a ont avait avaient eu aura auront ait aurait as
faire:fait font faisait fera faite faits faites|dire:dit disent disait dite|tenir:tient tiennent tenu tenait tenue tenus tenues
soutenir:soutient soutiennent soutenu soutenue soutenus soutenues|appartenir:appartient appartiennent appartenait
venir:vient viennent venu venus venue venait|provenir:provient proviennent|obtenir:obtient obtiennent obtenu obtenus
detenir:detient detiennent|retenir:retient retiennent retenu retenus retenue retenues|mettre:met mettent mis mise mises mettait
promettre:promet promettent|prendre:prend prennent pris prise|comprendre:comprend comprennent compris
naitre:nait naissent ne nee nes nees|voir:voit voient vu vus vue vues|croire:croit croient|vouloir:veut veulent voulait
pouvoir:peut peuvent|devoir:doit doivent devrait devraient|entendre:entend entendent|tendre:tend tendent|produire:produit produisent produits
conduire:conduit conduisent|construire:construit construisent|ecrire:ecrit ecrivent ecrite ecrits|poursuivre:poursuit poursuivent poursuivi poursuivis
suivre:suit suivent suivi|vivre:vit vivent|servir:sert servent servi|offrir:offre offrent offert offerts offerte|ouvrir:ouvre ouvrent ouvert
couvrir:couvre couvrent couvert|reunir:reunit reunissent reuni reunie reunis reunies reunissait|fournir:fournit fournissent fourni fournis
accueillir:accueille accueillent accueilli|definir:definit definissent defini definis|choisir:choisit choisissent choisi choisis
sortir:sort sortent sorti sortie sortis|unir:unit unissent uni|finir:finit finissent fini|reussir:reussit reussissent reussi
etablir:etablit etablissent etabli etablie etablis|issir:issu issue issus issues|asseoir:siege|vendre:vend vendent vendu vendus
courir:court courent|recevoir:recoit recoivent recu recue recus recues|recourir:recourt recourent|repondre:repond repondent|correspondre:correspond correspondent|rejoindre:rejoint rejoignent
joindre:joint joignent|paraitre:parait paraissent|connaitre:connait connaissent connu|reconnaitre:reconnait reconnaissent reconnu
inscrire:inscrit inscrivent inscrits|decrire:decrit decrivent|traduire:traduit|investir:investit|servir:sert|aller:va vont|s:s
promouvoir:promeut promeuvent promu|inclure:inclut incluent inclus|elire:elu elus|lire:lit|seduire:seduit seduits
"""


def _irregular(text: str) -> dict[str, str]:
    lemmas: dict[str, str] = {}
    for entry in text.replace("\n", "|").split("|"):
        lemma, _, forms = entry.partition(":")
        lemmas |= dict.fromkeys(forms.split(), lemma)
    return lemmas


def _table(text: str) -> dict[str, str]:
    """A table written as `what: phrase, phrase; what: …`."""
    found: dict[str, str] = {}
    for row in text.split(";"):
        what, _, listed = row.partition(":")
        for phrase in listed.split(","):
            if phrase.strip():
                found[" ".join(spelling.words(phrase))] = what.strip()
    return found


ENGLISH: Final = Grammar(
    tag="en",
    askers=_table(
        "who: who, whom, whoever, whomever; what: what; which: which; where: where; when: when; whose: whose; why: why; how: how"
    ),
    markers=_table(
        "count: how many, number of, total number of, how many of, count of, what number of, tally, tally of, quantity, quantity of;"
        "share: percentage, what percentage of, share, proportion, what proportion of, what share of, how large a share of, percent, per cent, how much of;"
        "kind: kind, kinds, sort, sorts, kind of, kinds of, sort of, sorts of, type of, types of, category of, categories of, nature of;"
        "date: date, day, deadline, due date;"
        "year: year, years;"
        "most: most, the most, largest number of, greatest number of, highest number of, biggest number of;"
        "fewest: fewest, the fewest, least, smallest number of, lowest number of;"
        "more: more, larger, bigger, higher, greater;"
        "fewer: fewer, less, smaller;"
        "than: than;"
        "first: first, earlier, earliest, sooner, soonest, came first, comes first, oldest;"
        "last: last, later, latest, most recent, newest;"
        "before: before, prior to, earlier than; after: after, later than;"
        "rank: what rank, which rank, what place, which place, what position, which position, rank of, top how many, how high, within the top how many, in the top how many, what exact place;"
        "since: since when, since which year;"
        "all: all, every, without exception;"
        "only: only, solely, purely, exclusively;"
        "exact: exact, exactly, precise, precisely;"
        "other: other, others, remaining, rest of;"
        "meaning: stand for, stands for, mean, meaning, acronym, abbreviation, short for, full name, spelled out, long form;"
        "source: according to, in the eyes of, in the view of, in the opinion of, in the words of, for the speaker;"
        "aside: apart from, besides, other than, in addition to, aside from, except, except for, excepting, excluding, as opposed to, not to be confused with;"
        "be: count as, counts as, qualify as, qualifies as, pass for, rank as, class as, described as, mentioned as, listed as, named as, cited as, presented as, regarded as, considered as, known as, said to be;"
        "exists: is there, are there, there is, there are, is there any, are there any, does there exist;"
        "truth: is it true that, is it the case that, is it right that, is it correct that;"
        "called: also known as, other names, other name, also called, alternative name, nickname"
    ),
    be=_words("is are was were be been being am s isn aren wasn weren got get gets"),
    do=_words("do does did don doesn didn"),
    have=_words("have has had having hasn haven ve"),
    relative=_words("that which who whom whose where"),
    prepositions=dict.fromkeys(
        [
            "in",
            "at",
            "of",
            "for",
            "with",
            "by",
            "from",
            "on",
            "about",
            "to",
            "into",
            "within",
            "under",
            "around",
            "near",
            "behind",
            "among",
            "through",
            "during",
            "towards",
            "per",
            "via",
            "between",
            "regarding",
            "concerning",
            "across",
            "inside",
            "as",
            "until",
            "till",
            "since",
            "without",
        ],
        "",
    ),
    compounds=_table(
        "in: in terms of, in the field of, in the area of, in the domain of, as part of; with: alongside, together with, next to, along with;"
        "by: by means of, thanks to, on the initiative of; for: on behalf of; on: with regard to, with respect to, when it comes to; within: inside of, as part of"
    ),
    negations=_words(
        "not no never neither nor none cannot t isn aren wasn weren don doesn didn hasn haven lack lacks lacking"
    ),
    articles=_words("the a an this that these those its their his her any some such both our my your"),
    pronouns=_words("it they he she them him itself themselves one ones"),
    light=_words(
        "please kindly exactly actually also currently now today still just really precisely there here names different "
        "various respectively several certain main mainly primarily notably especially roughly approximately about more less "
        "or thanks thank hello hi dear us you i we be will would can could should may might must shall so far very own "
        "yet then too ever well overall in total altogether given known made said cited mentioned listed named presented "
        "described stated quoted indicated named text texts documents sources "
        "want asked question wonder wondering curious let information info want need whether if precise "
        "do out particular specific single officially formally explicitly concretely jointly together big major "
        "mr mrs ms miss dr prof "
        "deemed judged considered thought mention mentions current certain find meet encounter lot stuff kit bunch existing exist exists back ones shown appear appears according big want possible example instance possibly anything something everything etc e g "
        "abovementioned absolutely accordingly admittedly afaik aforementioned aforesaid aha ahoy albeit allegedly "
        "alright although amusingly anyhow anyway anyways apologies apparently arguably awfully aye basically briefly "
        "broadly btw bye certainly cheers citing clearly conceivably consequently curiously decidedly definitely "
        "distinctly downright duly erm essentially evidently exceedingly extremely fairly fascinating figuratively "
        "fortunately frankly fundamentally furthermore fyi gee generally genuinely golly goodbye gosh greetings haha "
        "hallo happily hehe hence herein hereof hey heya hiya hmm hmmm honestly hopefully howdy however huh humbly iirc "
        "imho immensely imo incidentally incredibly indeed indubitably interesting interestingly intriguingly literally "
        "lol luckily manifestly maybe mentioning moreover nevertheless nonetheless obviously oddly okay ooh oops "
        "ostensibly particularly perchance perhaps plainly pleease pls plse plz politely positively practically pray "
        "presumably prithee probably purportedly quite remarkably reportedly respectfully sadly seem seemingly seems "
        "seriously simply sincerely somehow somewhat sorry specifically specified stating strangely strikingly supposedly "
        "sure surprisingly tbh technically terribly thereabouts thereby therefore therein thnx thoroughly though thus thx "
        "tks truly truthfully tysm uhm umm understandably undoubtedly unfortunately utterly viz whatever whatsoever wow "
        "yeah yep yes yup "
    )
    - _words("want need like about more less together known made in name named"),
    commands=_words(
        "remind say spell list name give show tell find me enumerate cite us want know like wondering looking"
    ),
    phrases=(
        "of them",
        "of these",
        "of those",
        "could you tell me",
        "can you tell me",
        "could you please tell me",
        "can you please tell me",
        "would you tell me",
        "do you know",
        "please tell me",
        "tell me",
        "i would like to know",
        "i d like to know",
        "i want to know",
        "can you list",
        "could you list",
        "could you name",
        "can you name",
        "give me",
        "show me",
        "i am looking for",
        "i m looking for",
        "let me know",
        "i wonder",
        "may i ask",
        "in the documents",
        "in these documents",
        "in the texts",
        "in these texts",
        "in the text",
        "according to the documents",
        "according to the texts",
        "according to the text",
        "according to the sources",
        "according to the article",
        "in these four texts",
        "in the four texts",
        "according to the sources",
        "in the sources",
        "in this text",
        "more or less",
        "names please",
        "give me the names please",
        "which ones",
        "in your documents",
        "roughly speaking",
        "give or take",
        "if any",
        "as far as we know",
        "as it happens",
        "by the way",
        "at all",
        "to show for itself",
        "for itself",
        "the name of",
        "the names of",
        "of its own",
        "of their own",
        "on its own",
        "what is the name of",
        "by name",
        "as such",
        "in the world",
        "the documents",
        "the texts",
        "do the documents mention",
        "do the texts mention",
        "are mentioned",
        "is mentioned",
        "are cited",
        "are named",
        "are listed",
        "is said to be",
        "are said to be",
        "is said to",
        "are said to",
        "in total",
        "in all",
        "exact same",
        "one of",
        "of the two",
        "of the",
        "each of",
        "out of the two",
        "please list",
        "please name",
        "list all",
        "list the",
        "name the",
        "name all",
        "thanks in advance",
        "good morning",
        "good afternoon",
    ),
    numbers={
        w: i
        for i, w in enumerate(
            ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
        )
    },
    irregular=_irregular(_EN_IRREGULAR),
    endings=(
        ("s", ""),
        ("es", ""),
        ("es", "e"),
        ("ies", "y"),
        ("ed", ""),
        ("ed", "e"),
        ("ied", "y"),
        ("ing", ""),
        ("ing", "e"),
    ),
    participle=re.compile(
        r".{2,}(ed|wn|rn|ilt|eld|ught|oken|itten|iven|aken|osen|spun|held|led|set|put|made|paid|told|sold|said|thought|met)"
    ),
    by=_words("by"),
)

FRENCH: Final = Grammar(
    tag="fr",
    askers=_table(
        "who: qui; what: que, qu, quoi, qu est ce que, qu est ce qui, qu est ce qu; "
        "which: comment s appelle, comment s appellent, comment se nomme, comment se nomment, comment s intitule, quel, quelle, quels, quelles, lequel, laquelle, lesquels, lesquelles, auquel, duquel, desquels, auxquels, desquelles, auxquelles; where: où; when: quand; "
        "why: pourquoi; how: comment"
    ),
    markers=_table(
        "count: combien, combien de, combien d, nombre de, quel est le nombre de, nombre d, nombre, quantité, quantité de, quantité d;"
        "share: pourcentage, quelle part de, quelle part des, quel pourcentage de, proportion, quelle proportion de, part de, quelle part, part;"
        "kind: genre, genres, sorte, sortes, genre de, genre d, sorte de, sorte d, sortes de, sortes d, type de, type d, types de, types d, espèce de, catégorie de, catégories de, nature de;"
        "date: date, dates, jour, jours, échéance, date limite;"
        "year: année, années, an;"
        "most: le plus de, le plus grand nombre de, le plus grand nombre d, le plus d, le plus, plus grand nombre, plus grand nombre de, plus grand nombre d;"
        "fewest: le moins de, le moins, le plus petit nombre de;"
        "more: plus de, plus d, davantage, plus, plus nombreux, plus nombreuses;"
        "fewer: moins de, moins d, moins;"
        "than: que;"
        "first: en premier, premier, première, le premier, la première, plus tôt, le plus tôt, d abord, plus ancien, plus ancienne;"
        "last: en dernier, dernier, dernière, plus tard, le plus tard, plus récent;"
        "before: avant; after: après;"
        "rank: quel rang, quelle place, quelle position, à quel rang, à quelle place, rang de, dans le top combien, top combien;"
        "since: depuis quand, depuis quelle année;"
        "all: tous, toutes, sans exception;"
        "only: uniquement, seulement, exclusivement, purement;"
        "exact: exact, exacte, exactement, précis, précise, précisément;"
        "other: autre, autres, restant, restants;"
        "meaning: signifie, signifier, sigle, acronyme, veut dire, vouloir dire, abréviation, signification, nom complet;"
        "source: selon, d après, aux yeux de, de l avis de, dans les mots de;"
        "aside: outre, à part, hormis, en plus de, en dehors de, mis à part, sauf, excepté;"
        "be: c est, c était, ce sont, compte comme, passe pour, mentionné comme, cité comme, cités comme, mentionnés comme, décrit comme, décrits comme, présenté comme, présentés comme, considéré comme, considérés comme, qualifié de, c est quoi;"
        "exists: y a t il, il y a, existe t il, existe t elle, a t on, existe t on;"
        "truth: est ce que c est, est ce que, est ce qu, est il vrai que, est il exact que, est il vrai qu, est ce bien;"
        "called: autres noms, autre nom, aussi appelé, aussi connu sous"
    ),
    be=_words("est sont était étaient été être sera seront fut furent soit soient étant serait seraient"),
    do=frozenset(),
    have=_words(
        "a ont avait avaient eu avoir aura auront ait aurait as ayant possède possèdent compte comptent dispose disposent détient"
    ),
    relative=_words("qui que qu dont où lequel laquelle lesquels lesquelles auquel duquel"),
    prepositions={
        **dict.fromkeys(
            [
                "a",
                "de",
                "en",
                "dans",
                "pour",
                "avec",
                "par",
                "sur",
                "chez",
                "sous",
                "vers",
                "entre",
                "parmi",
                "selon",
                "pendant",
                "lors",
                "via",
                "depuis",
                "contre",
                "autour",
                "derriere",
                "comme",
                "sans",
            ],
            "",
        ),
        "au": "a",
        "aux": "a",
        "du": "de",
        "des": "de",
        "d": "de",
        "jusqu": "jusque",
        "jusque": "",
        "d apres": "selon",
    },
    compounds=_table(
        "a: au sein de, au sein du, au sein d, au coeur de; sur: à propos de, à propos d, au sujet de, au sujet du, quant à; en: en matière de, en matière d, dans le domaine de, dans le domaine du, dans le domaine de la, en termes de;"
        "avec: aux côtés de, aux côtés des, aux côtés du, à côté de, à côté des, en compagnie de, ainsi que; de: hors de, en dehors de; par: au moyen de; pour: au nom de"
    ),
    negations=_words("ne n pas aucun aucune ni jamais non guère"),
    articles=_words(
        "le la les l un une ce cet cette ces son sa ses leur leurs tout toute quelque quelques chaque notre nos mon ma mes votre vos"
    ),
    pronouns=_words("il elle ils elles on lui eux y en ca cela ceci"),
    light=_words(
        "svp merci bonjour stp actuellement aujourd hui maintenant aussi également encore exactement vraiment précisément t s se me m te nous vous je j tu différents différentes "
        "divers diverses plusieurs certains principal principale principaux principalement notamment surtout environ approximativement bien cité cités citée "
        "citées mentionné mentionnée mentionnés mentionnées nommé nommés nommées listé listés présenté présentés présentée présentées décrit décrits indiqué indiquée indiqués indiquées précis précise concrètement "
        "mr mme mlle madame monsieur dr prof "
        "texte textes document documents source savoir connaître voudrais aimerais souhaite "
        "peux pouvez pourriez peut peuvent pourrait doivent doit devrait devraient deux trois donc alors quoi là déjà officiellement ensemble possible existe existent t il ici est ce "
        "pourrais pourrait pourraient puis peux rencontrer trouver croiser retrouver jugé jugée jugés jugées considéré considérée considérés considérées réputé réputés mention actuel actuelle actuels actuelles propre vu gros environ existant même mêmes grand grande grands grandes grosso modo exemple dois doit dit total tous lesquels faut falloir mot mots nom noms entre autres "
        "absolument admettons allez allo allons apparemment assurement attendez attends bah ben bigre bise bises bof "
        "bonnement bonsoir bref brievement carrement cense censee censees censement censes cependant certainement certes "
        "citant clairement completement coucou curieuse curieux decrite decrites desdits desole desolee devinette diable "
        "diantre disons drolement dudit ecoute ecoutez effectivement enumeree enumerees enumeres etc euh eventuellement "
        "evidemment evoquant evoque evoquee evoquees evoquent evoques explicitement expressement extremement fichtre "
        "flute fondamentalement formellement franchement generalement hello hem hep heu hmm hola honnetement hop hum "
        "imaginons interessant justement ladite ledit lesdites lesdits listee listees litteralement manifestement "
        "mentionnant mettons naturellement navre navree neanmoins nommee nommement ohe okay ouais oui paraissent parait "
        "pardon parfaitement parlons particulierement permettez possiblement pourtant precite precitee precitees precites "
        "presume presumee presumees presumes pretendu pretendue pretendues pretendument pretendus probablement quiz "
        "rebonjour reellement regarde regardez repondez reponds sacrement salut salutations sapristi schematiquement "
        "semblaient semblait semble semblent sembleraient semblerait serieusement simplement sincerement sinon siouplait "
        "sommairement specifiquement steuplait supposee supposees supposement supposes supposons susdit susdite susdits "
        "susmentionne susmentionnee susmentionnes susnomme susnommee techniquement texto textuellement tiens totalement "
        "toutefois tres vachement veritablement veuillez visiblement voici voila voyez voyons vraisemblablement zut "
    )
    - _words("nous doit doivent devrait devraient dire premier ce"),
    commands=_words(
        "liste lister cite citer citez donne donner donnez nomme nommer nommez énumère énumérez montre montrez dites dis listez cherche"
    ),
    phrases=(
        "pourriez vous me dire",
        "pouvez vous me dire",
        "peux tu me dire",
        "pouvez vous me donner",
        "pourriez vous me donner",
        "pouvez vous citer",
        "pourriez vous citer",
        "pouvez vous nommer",
        "dites moi",
        "dis moi",
        "donne moi",
        "donnez moi",
        "j aimerais savoir",
        "je voudrais savoir",
        "je souhaite savoir",
        "je souhaiterais savoir",
        "savez vous",
        "sais tu",
        "je cherche",
        "dans les documents",
        "dans ces documents",
        "dans les textes",
        "dans ces textes",
        "dans le texte",
        "selon les documents",
        "selon les textes",
        "selon le texte",
        "d apres les textes",
        "d apres le texte",
        "d apres les documents",
        "quel est le nom de",
        "le nom de",
        "le nom du",
        "le nom de la",
        "les noms des",
        "nom de",
        "sont cites",
        "sont citees",
        "est cite",
        "sont mentionnes",
        "sont mentionnees",
        "sont nommes",
        "s il vous plait",
        "s il te plait",
        "lesquels sont cites",
        "lesquelles sont citees",
        "lesquels",
        "au total",
        "en tout",
        "en tout et pour tout",
        "entre autres",
        "en fait",
        "l un des",
        "l une des",
        "un des",
        "une des",
        "des deux",
        "par hasard",
        "plus ou moins",
        "a peu pres",
        "en gros",
        "a la louche",
        "si possible",
        "s il y en a",
        "tout premier",
        "toute premiere",
        "pour ainsi dire",
        "en question",
        "par exemple",
        "d entre eux",
        "d entre elles",
        "parmi eux",
        "parmi elles",
        "parmi ceux ci",
        "parmi celles ci",
        "que sait on de",
        "au juste",
        "je veux savoir",
        "merci d avance",
        "merci de lister",
        "merci de citer",
    ),
    numbers={
        w: i
        for i, w in enumerate(
            ["zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"]
        )
    },
    irregular=_irregular(_FR_IRREGULAR),
    endings=(
        ("e", "er"),
        ("es", "er"),
        ("ent", "er"),
        ("ee", "er"),
        ("ees", "er"),
        ("e", "er"),
        ("ant", "er"),
        ("ait", "er"),
        ("aient", "er"),
        ("era", "er"),
        ("eront", "er"),
        ("ons", "er"),
        ("ez", "er"),
        ("it", "ir"),
        ("issent", "ir"),
        ("i", "ir"),
        ("ie", "ir"),
        ("is", "ir"),
        ("ies", "ir"),
        ("issant", "ir"),
        ("issait", "ir"),
        ("u", "re"),
        ("ue", "re"),
        ("us", "re"),
        ("ues", "re"),
        ("ent", "re"),
        ("ant", "re"),
        ("s", ""),
        ("a", "er"),
        ("erent", "er"),
        ("geant", "ger"),
        ("erait", "er"),
        ("oie", "oyer"),
        ("oient", "oyer"),
        ("", "re"),
        ("ent", "re"),
    ),
    participle=re.compile(r".{2,}(e|ee|es|ees|i|ie|is|ies|u|ue|us|ues|it|ite|its|ites|ert|erte|erts|ertes)"),
    by=_words("par de"),
)

GRAMMARS: Final = {grammar.tag: grammar for grammar in (ENGLISH, FRENCH)}


def language(words: Iterable[str]) -> Grammar:
    """The language of a question's folded words: the one more of whose function words it holds; English in doubt."""
    found = list(words)
    return max(GRAMMARS.values(), key=lambda grammar: sum(word in _function_words(grammar) for word in found))


def _function_words(grammar: Grammar) -> frozenset[str]:
    asking = {word for phrase in (*grammar.askers, *grammar.markers) for word in phrase.split() if len(word) > 2}
    common = (
        frozenset(["d", "l", "qu", "ou"] if grammar.tag == "fr" else ["the", "of"])
        | frozenset(grammar.prepositions)
        | grammar.articles
        | grammar.be
        | grammar.do
        | grammar.have
        | grammar.pronouns
    )
    return (common | asking) - _AMBIGUOUS


_AMBIGUOUS: Final = frozenset("a on me s t as at plus date part top en type nature son sorts des type rank as")

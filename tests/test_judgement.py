"""Questions of yes or no: yes as a passage says it, no only where one says otherwise, else neither."""

import pytest


@pytest.mark.parametrize(
    "question",
    [
        "Did the University of Liège support Phoenix AI?",
        "Is N-Side a spin-off of UCLouvain?",
        "Laurent Renard a-t-il fondé Phoenix AI ?",
        "Is Cenaero part of EuroHPC?",
        "Was the S3 adopted by the Walloon Government?",
        "Le Smart City Institute est-il établi à l'Université de Liège ?",
        "MecaTech, c'est bien un pôle de compétitivité ?",
        "Is Eco-construction a business cluster?",
        "Nathalie Crutzen dirige-t-elle le Smart City Institute ?",
        "Florence Hennart est-elle conseillère ?",
        "Is Charleroi a cradle of innovation?",
        pytest.param(
            "L'incubation est-elle l'un des quatre leviers de Charleroi ?",
            marks=pytest.mark.xfail(reason="the weights are not sure enough of the list of levers"),
        ),
        "Does smart maintenance count among the strands of MecaTech's projects?",
        "Are there bioelectricians in Eco-construction?",
        "Was it the European Commission that rated Belgium a Strong Innovator?",
        "Jules Le Smart rassemble-t-il des start-up et des PME ?",
        "Can the complete text of the new S3 be had in French?",
    ],
)
def test_yes_is_said_where_a_passage_says_so(truth, question):
    assert truth(question) is True


@pytest.mark.parametrize(
    "question",
    [
        "Does Wallonia have a mega city?",
        "La Wallonie a-t-elle des mégapoles ?",
        "Was the 2018 forum on cluster policy held in Liège?",
        "Does MecaTech not focus on smart maintenance?",
        "Stéphan Ernst travaille-t-il pour fDi Intelligence ?",
        "Is Digital Wallonia a purely public programme, with no private partners?",
        "Does the Smart City Institute keep to itself, working cut off from others?",
        pytest.param(
            "Est-ce que la Wallonie a des mégapoles du genre Paris ou Londres ?",
            marks=pytest.mark.xfail(reason="what speaks for a yes weighs a little too much"),
        ),
        "L'article a-t-il été écrit par l'AWEX ?",
        "Is Willy Borsus President of the Walloon Government?",
        "Is Florence Hennart the Vice-President of the Walloon Government?",
        "Is MecaTech one of the business clusters?",
        "Is INFOPOLE a competitiveness cluster?",
        "Did AWEX write the article itself?",
        "Am I right that MecaTech counts as a business cluster?",
        "L'adresse régionale de la Wallonie est-elle à Bruxelles ?",
        "La S3 2.0 a-t-elle été rejetée par le gouvernement wallon ?",
    ],
)
def test_no_is_said_where_a_passage_says_otherwise(truth, question):
    assert truth(question) is False


@pytest.mark.parametrize(
    "question",
    [
        "Did Phoenix AI support the University of Liège?",
        "Is UCLouvain a spin-off of N-Side?",
        "Phoenix AI a-t-elle fondé Laurent Renard ?",
        "Is Google part of EuroHPC?",
        "Is Laurent Renard a minister?",
        "Is Namur the capital of Wallonia?",
        "Is Belgium a region of Wallonia?",
        "Is Wallonia a Federal State?",
        "Is Google a research centre?",
        "Is Wallonia the only member of the Vanguard Initiative?",
        "Did fDi Intelligence sponsor the article?",
        "Est-ce que Charleroi a 7 parcs scientifiques ?",
        "Did Laurent Renard move to another country?",
        "Did Isabelle Rawart criticise Digital Wallonia?",
        "Is Vincent Lepage a minister?",
        "Did the 3DP Pilot hold its tenth plenary meeting on 2 April?",
        "Is Laurent Renard an engineer?",
        "Is AWEX a company?",
        "Is Phoenix AI based in Liège?",
        "Was INFOPOLE Cluster TIC created by Wallonia?",
        "Does Phoenix AI bring together architects?",
        "Does CAP 2020 bring together research centres?",
        "Food.C est-il hébergé au Biopark ?",
        "Willy Borsus a-t-il assisté au forum des clusters ?",
        "Nathalie Crutzen travaille-t-elle à l'Université de Liège ?",
        "L'article a-t-il été sponsorisé par Digital Wallonia ?",
    ],
)
def test_neither_is_said_of_what_is_turned_round_or_not_told(truth, question):
    assert truth(question) is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Does MecaTech oversee more than 100 players?", True),
        ("Does MecaTech bring together over 300 players?", False),
        ("Does MecaTech oversee at least 195 players?", None),
        ("Does CAP 2020 oversee close to 200 players?", None),
        ("Does FACTORI bring together over a hundred partners?", False),
        ("Does FACTORI gather more than 70 clusters?", None),
        ("La Wallonie compte-t-elle moins de 100 centres de recherche numériques ?", True),
        ("Are there more than 100 research centres in Wallonia?", None),
        ("Is Belgium one of the ten most urbanised countries according to World Bank figures?", True),
        ("Charleroi a-t-elle six écosystèmes prioritaires ?", False),
        ("Was N-Side founded five years ago?", False),
        ("Were 27 countries of the EU represented at the first forum on cluster policy?", False),
        ("Does Wallonia have more digital research centres than higher education institutions?", False),
    ],
)
def test_a_number_is_judged_by_the_figure_for_what_it_counts(truth, question, said):
    assert truth(question) is said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Was the S3 2.0 adopted in 2021?", True),
        ("Was the renewed S3 adopted in May 2021?", False),
        ("Le forum européen sur la politique des clusters a-t-il eu lieu en 2016 ?", False),
        ("La 5G dans les centres d'affaires, c'était prévu pour 2030 ?", False),
        ("Le pilote ESM a-t-il tenu sa plénière le 2 avril ?", None),
    ],
)
def test_a_date_is_judged_by_that_of_what_is_dated(truth, question, said):
    assert truth(question) is said

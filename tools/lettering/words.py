"""What is written in the drawings: words of shops in several scripts."""

from __future__ import annotations

import random

_WRITTEN = {
    "latin": """
        sale new off only today free shipping price best limited edition sold out eco organic shop store
        www com order now hot deal special offer save % 50 20 -30% 19.99 € $ £ 9,99 1499 kr the of and
        for brand fashion style original made in italy france copyright photo sample preview do not copy
        coming soon image available premium quality cotton collection summer winter size guide click
        here follow us instagram @ # kaufen neu angebot jetzt versand kostenlos rabatt nouveau soldes
        livraison gratuite prix oferta nuevo rebajas envio gratis tienda
    """,
    "cyrillic": "скидка новинка распродажа цена только сегодня доставка бесплатно акция руб купить",
    "japanese": "新商品 送料無料 限定 セール 在庫 価格 円 税込 本日限り 人気 販売",
    "arabic": "خصم جديد عرض تخفيضات شحن مجاني السعر",
    "korean": "신상품 무료배송 할인 한정 판매 가격 원",
}
WORDS = {script: words.split() for script, words in _WRITTEN.items()}
SCRIPTS = {"latin": 0.8, "cyrillic": 0.08, "japanese": 0.05, "arabic": 0.03, "korean": 0.04}


def phrase(chance: random.Random, script: str) -> str:
    """A few words of one script, a price, or an address."""
    words = [chance.choice(WORDS[script]) for _ in range(chance.choice([1, 1, 2, 2, 3, 4]))]
    text = " ".join(words)
    if script != "latin":
        return text
    case = chance.random()
    text = text.upper() if case < 0.4 else text.title() if case < 0.6 else text
    if chance.random() < 0.12:
        text = f"{chance.randrange(1, 2000)}.{chance.randrange(100):02d}"
    if chance.random() < 0.05:
        text = f"© {text}"
    return f"www.{words[0]}-{chance.choice(WORDS[script])}.com" if chance.random() < 0.05 else text

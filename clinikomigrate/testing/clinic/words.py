# ruff: noqa: RUF001 - real texts hold signs that look like others; that is what this is for
"""The words that made-up clinics are made of: names in many scripts, streets, complaints, remarks."""

from __future__ import annotations

from typing import Final

NAMES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "english": (
        (
            "Ada",
            "Bruce",
            "Clementine",
            "Dougal",
            "Edie",
            "Fergus",
            "Gwen",
            "Hugo",
            "Imogen",
            "Jarrah",
            "Kit",
            "Lachlan",
        ),
        (
            "Abernathy",
            "Billabong",
            "Coolidge",
            "Drummond",
            "Eastlake",
            "Fairweather",
            "Greenacre",
            "Hollowell",
            "Ironbark",
        ),
    ),
    "apostrophe": (
        ("D'Arcy", "Siobhán", "Pádraig", "Ma’at", "N'Golo", "Róisín"),
        ("O'Hara-Quill", "O’Dwyer", "D'Angelo", "Mac an t'Saoir", "M'Bala", "'t Hooft"),
    ),
    "hyphen": (
        ("Anne-Lise", "Jean-Luc", "Mary-Kate", "Karl-Heinz", "Marie-Ève"),
        ("Fairweather-Okonkwo", "de la Cruz-Smythe", "Tan-Nguyen", "Lloyd-Fitzgerald-Brown", "Saint-Clair"),
    ),
    "diacritics": (
        ("Zoë", "Łucja", "Jürgen", "Åsa", "Çağla", "Tomáš", "Ñusta", "İpek", "Þóra", "Élodie"),
        ("Müller-Weiß", "Żółkiewska", "Ångström", "Dvořáková", "Yılmaz", "Guðmundsdóttir", "Peña", "Șerban", "Ğüven"),
    ),
    "vietnamese": (
        ("Thị Bích Ngọc", "Văn Đức", "Thanh Thuỷ", "Quốc Bảo", "Mỹ Hạnh"),
        ("Nguyễn", "Trần", "Đặng", "Phạm", "Huỳnh", "Vũ"),
    ),
    "greek": (("Ελένη", "Γιώργος", "Ευδοκία", "Ανδρέας"), ("Παπαδοπούλου", "Χατζηγιάννης", "Μακρή", "Οικονόμου")),
    "cyrillic": (("Людмила", "Йосип", "Ксения", "Ђорђе"), ("Шевчук", "Ёлкина", "Петровић", "Щербаков")),
    "arabic": (("فاطمة", "يوسف", "نور الهدى", "عبد الرحمن"), ("الحسيني", "بن عمر", "القرشي", "حدّاد")),
    "hebrew": (("נועה", "איתן", "שִׁירָה", "יהונתן"), ("בן־דוד", "כהנוביץ", "אבולעפיה", "ז׳בוטינסקי")),
    "chinese": (("小明", "雅婷", "国强", "美玲"), ("欧阳", "陳", "黄", "𠮷田")),
    "japanese": (("さくら", "健太郎", "ユウコ", "美咲"), ("佐々木", "髙橋", "ワタナベ", "鈴木")),
    "thai": (("สมชาย", "กาญจนา", "ณัฐวุฒิ", "พิมพ์ชนก"), ("ศรีสุวรรณ", "ทองดี", "เจริญผล", "วงศ์ใหญ่")),
    "hindi": (("प्रिया", "अर्जुन", "लक्ष्मी", "श्रुति"), ("शर्मा", "चट्टोपाध्याय", "सिंह", "क्षत्रिय")),
    "emoji": (("Luna 🌙", "Max 👨‍👩‍👧", "Poppy 🌺", "Ray ☀️"), ("Starling ⭐", "Hart ❤️", "Rivers 🏳️‍🌈", "Fox 🦊")),
    "mixed": (("Sam سام", "Ana\u200fליאור", "Mei 梅"), ("Haddad حدّاد", "(née Cohen) כהן", "Wong 黃")),
    "short": (("X", "李", "O"), ("Y", "吳", "Ó")),
}
"""Given and family names by script; every name is invented, any likeness is chance."""

LONG_GIVEN: Final = "Wilhelmina Theodora Ósk "
LONG_FAMILY: Final = "Featherstonehaugh-Cholmondeley-"

STREETS: Final = (
    "Banksia Street",
    "Lyrebird Lane",
    "Rue de l'Église",
    "Straße des 17. Juni",
    "Wattle Court",
    "Ocean Pde",
    "Quay & Dock Rd",
    'Lot 7/9 "The Rocks"',
)
CITIES: Final = (
    ("Wandiligong", "VIC", "3744", "AU"),
    ("Humpty Doo", "NT", "0836", "AU"),
    ("Ōtautahi Christchurch", "", "8011", "NZ"),
    ("St. John's", "NL", "A1A 1A1", "CA"),
    ("Saint-Étienne", "", "42000", "FR"),
    ("Llanfairpwll", "Anglesey", "LL61 5UJ", "GB"),
)
OCCUPATIONS: Final = (
    "Shearer",
    "Bibliothécaire",
    "R&D engineer",
    "Stay-at-home dad",
    "看護師",
    "Retired <ex Navy>",
    "",
    None,
)
TIME_ZONES: Final = (None, "Australia/Melbourne", "Pacific/Auckland", "Europe/London", None)

COMPLAINTS: Final = (
    "left knee, worse on stairs",
    "low-back pain since the move",
    "frozen shoulder (R)",
    "plantar fasciitis",
    "whiplash after a rear-end collision",
    "post-op ACL week 6",
    "headaches & neck stiffness",
    "tennis elbow",
    "ankle < 90° dorsiflexion",
    "BPPV – Epley done ×2",
)
REMARKS: Final = (
    "Prefers mornings.",
    "Running late\nplease call first",
    "Bringing an interpreter: 日本語",
    "Parking at the rear, use the ramp",
    "Dog is friendly 🐕",
    "Ne parle que français",
    "DO NOT call the work number!",
    '"Quoted" & <angled>',
    "مريض جديد",
)
ALERTS: Final = (
    "Latex allergy",
    "Pacemaker",
    "Anticoagulants (warfarin)",
    "Fällt leicht",
    'Allergic to "Elastoplast" & zinc',
    "糖尿病",
    "Seizures < 6 months ago",
)
COMPANIES: Final = (
    "Bushranger Insurance Pty Ltd",
    "Åland Hälsa AB",
    "Work & Safe",
    "保険会社さくら",
    'Footy Club "The Galahs"',
    "Kowhai Family Practice",
)
CANCELLATION_NOTES: Final = (
    "Stuck in traffic",
    "Rang at 8:05, “can't make it”",
    "Kind krank",
    "Will rebook\nafter holidays",
    "改期",
)

FILE_NAMES: Final = (
    "referral.pdf",
    "MRI knee (left).jpg",
    "x-ray.PNG",
    "scan 2021/03/04.pdf",
    'he said "ouch".txt',
    "résumé médical.pdf",
    "рентген.dcm",
    "診断書.pdf",
    "no_extension",
    ".hidden",
    "two..dots..tar.gz",
    "semi;colon&amp=equals%20.csv",
    "emoji 🦴 bone.heic",
    "trailing dot.",
    " leading space.pdf",
    "back\\slash.doc",
    "formulář 100%.xlsx",
    "صورة.png",
)

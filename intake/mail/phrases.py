"""The words by which mail programs in many languages mark quoting, forwarding and their own additions: data only."""

WROTE = (
    "wrote", "writes", "schrieb", "schreibt", "geschrieben", "hat geschrieben", "a écrit", "a ecrit", "a crit", "écrit", "escribió", "escribio", "ha escrito",
    "ha scritto", "scrisse", "scritto", "escreveu", "escreveu o seguinte", "schreef", "heeft geschreven", "geschreven", "het volgende geschreven",
    "skrev", "skrev følgende", "skriver", "har skrivit", "napisał", "napisała", "napisał(a)", "pisze", "napsal", "napsal(a)", "napísal",
    "napísal(a)", "kirjoitti", "kirjoittaa", "написал", "написала", "написал(а)", "пишет", "писал", "написав", "пише", "έγραψε", "yazdı",
    "şunu yazdı", "írta", "írta ezt", "a scris", "scris", "на писа", "написа", "je napisao", "je napisao/la", "napisao", "rašė", "rakstīja",
    "kirjutas", "viết", "đã viết", "menulis", "schreibte", "写道", "寫道", "写到", "編寫", "のメール", "書きました", "のメッセージ", "님이 작성", "님의 말",
    "작성", "כתב", "כתבה", "كتب", "เขียนว่า", "said", "says", "asked", "replied", "sent the following",
)  # fmt: skip

INTRO_STARTS = (
    "on", "am", "le", "el", "il", "em", "op", "den", "pe", "dne", "dnia", "w dniu", "dňa", "in article", "at", "missatge de", "il giorno", "a", "el día",
    "no dia", "vào", "pada", "în", "ha", "på", "ti", "on ", "fri", "mon", "tue", "wed", "thu", "sat", "sun", "em seg", "data", "quoting",
    "zitat von", "citando", "selon", "from", "von", "в", "στις", "tarihinde", "in a message dated", "in message", "op ",
)  # fmt: skip

FROM_LABELS = (
    "from", "von", "de", "da", "van", "från", "fra", "od", "lähettäjä", "от", "від", "από", "kimden", "gönderen", "feladó", "expéditeur",
    "expediteur", "mittente", "remitente", "remetente", "avsändare", "afzender", "absender", "nadawca", "odesílatel", "odosielateľ",
    "差出人", "送信者", "发件人", "寄件者", "寄件人", "보낸 사람", "보낸사람", "de la", "saatja", "מאת", "من", "reply-to", "sender",
)  # fmt: skip
DATE_LABELS = (
    "sent", "date", "sent on", "sent at", "gesendet", "datum", "gesendet am", "envoyé", "envoyé le", "envoyée", "envoye", "enviado",
    "enviado el", "enviada", "enviada em", "fecha", "data", "inviato", "inviata", "verzonden", "verzonden op", "skickat", "sendt", "dato",
    "wysłano", "wysłany", "data", "odesláno", "datum", "odoslané", "lähetetty", "päivämäärä", "päiväys", "отправлено", "дата", "надіслано",
    "отправлено", "στάλθηκε", "ημερομηνία", "gönderildi", "gönderme tarihi", "tarih", "gönderilme tarihi", "elküldve", "dátum", "送信日時", "日時", "发送时间", "日期",
    "发送日期", "寄件日期", "傳送日期", "보낸 날짜", "날짜", "trimis", "data", "נשלח", "poslano", "dato", "tanggal", "時間",
    "datum odeslání",
)  # fmt: skip
TO_LABELS = (
    "to", "an", "à", "a", "para", "aan", "till", "til", "do", "komu", "vastaanottaja", "кому", "προς", "kime", "alıcı", "címzett", "destinataire",
    "destinatario", "destinatário", "宛先", "收件人", "받는 사람", "받는사람", "către", "saaja", "אל", "empfänger", "pro", "mottagare", "za",
    "ontvanger", "adresat", "recipient", "recipients",
)  # fmt: skip
CC_LABELS = (
    "cc",
    "kopie",
    "kopia",
    "kopi",
    "copie",
    "copia",
    "cópia",
    "másolat",
    "копия",
    "копія",
    "抄送",
    "副本",
    "参照",
    "참조",
    "dw",
    "cci",
    "bcc",
    "c.c.",
    "kopio",
    "cópia para",
)
SUBJECT_LABELS = (
    "subject", "betreff", "objet", "asunto", "assunto", "oggetto", "onderwerp", "ämne", "emne", "temat", "předmět", "predmet", "aihe", "тема",
    "θέμα", "konu", "tárgy", "件名", "主题", "主題", "제목", "subiect", "objet", "sujet", "נושא", "titel", "betr", "re", "vec", "teema",
)  # fmt: skip
OTHER_LABELS = (
    "importance", "wichtigkeit", "priority", "priorität", "attachments", "anlagen", "anhang", "reply-to", "antwort an", "organization",
    "newsgroups", "message-id", "list-id", "mailed-by", "signed-by", "pièces jointes", "bijlagen", "allegati", "categories", "reply to",
)  # fmt: skip

ORIGINAL_MESSAGE = (
    "original message", "original email", "reply message", "original-nachricht", "original nachricht", "ursprüngliche nachricht", "originalnachricht",
    "message d'origine", "message d’origine", "message original", "mensaje original", "messaggio originale", "messaggio original", "mensagem original",
    "oorspronkelijk bericht", "origineel bericht", "ursprungligt meddelande", "ursprungsmeddelande", "originalmeddelande", "oprindelig meddelelse", "oprindelig besked", "oprindelig mail", "oprindelig e-mail", "opprinnelig e-post", "ursprungligt e-postmeddelande", "messaggio d'origine",
    "original meddelelse", "opprinnelig melding", "original melding", "alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość",
    "původní zpráva", "původní e-mail", "pôvodná správa", "eredeti üzenet", "исходное сообщение", "пересылаемое сообщение", "оригинальное сообщение",
    "orijinal mesaj", "özgün ileti", "元のメッセージ", "原始邮件", "原始郵件", "원본 메시지", "원본메시지", "mesaj original", "izvorna poruka", "αρχικό μήνυμα",
    "antwort von", "-- antwort", "reply", "vastaus", "svar", "opprinnelig e-post", "den ursprungliga", "messaggio originario", "ursprüngliche e-mail",
    "mesajul original", "originele bericht", "original mail", "quoted message", "quoted text",
)  # fmt: skip
FORWARDED_MESSAGE = (
    "forwarded message", "forwarded email", "forwarded mail", "forwarded by", "begin forwarded message", "begin forwarded message:", "forwarded message from", "start of forwarded message",
    "weitergeleitete nachricht", "weitergeleitete mail", "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail", "weitergeleitet von", "weitergeleitete e-mail",
    "message transféré", "message transmis", "début du message transféré", "début du message réexpédié", "message réexpédié", "transféré par",
    "mensaje reenviado", "inicio del mensaje reenviado", "mensagem encaminhada", "início da mensagem encaminhada", "mensagem reencaminhada",
    "messaggio inoltrato", "inizio messaggio inoltrato", "doorgestuurd bericht", "begin doorgestuurd bericht", "vidarebefordrat meddelande",
    "vidarebefordrat brev", "videresendt meddelelse", "start på videresendt besked", "videresendt melding", "videresendt e-post", "välitetty viesti", "edelleenlähetetty viesti", "välitetty viesti alkaa",
    "przekazana wiadomość", "wiadomość przekazana", "przesłana wiadomość", "początek przekazywanej wiadomości", "přeposlaná zpráva", "preposlaná správa", "továbbított üzenet", "továbbított levél",
    "пересланное сообщение", "пересылаемое сообщение", "начало переадресованного сообщения", "iletilen mesaj", "iletilmiş mesaj", "転送メッセージ", "转发邮件", "转发的邮件", "轉寄郵件",
    "전달된 메시지", "전달된 메일", "mesaj redirecționat", "proslijeđena poruka", "προωθημένο μήνυμα", "переслане повідомлення", "inoltrato da", "original message forwarded",
)  # fmt: skip
FORWARD_PREFIXES = (
    "fw", "fwd", "wg", "tr", "i", "rv", "enc", "vb", "vl", "pd", "doorst", "fs", "továbbítás", "пересл", "転送", "转发", "轉寄", "전달", "inoltra",
    "ynt", "ilt", "πρθ", "прп", "t", "fyi",
)  # fmt: skip

REPLY_PREFIXES = (
    "re", "aw", "antw", "antwort", "sv", "vs", "res", "ré", "rép", "rif", "r", "odp", "ynt", "απ", "σχετ", "на", "отв", "回复", "回覆", "答复", "返信", "회신", "תגובה", "bls", "atb", "vá", "ynt", "re fwd",
)  # fmt: skip

SENT_FROM = (
    "sent from my", "sent from", "sent by", "sent via", "sent with", "sent using", "get outlook for", "von meinem", "gesendet von", "gesendet mit", "gesendet über", "von unterwegs",
    "envoyé de", "envoyé depuis", "envoyé à partir", "enviado desde", "enviado do", "enviado de", "enviado a partir", "inviato da", "inviato dal", "verstuurd vanaf", "verzonden vanaf", "verzonden met",
    "skickat från", "sendt fra", "lähetetty", "wysłane z", "wysłano z", "odesláno z", "odesláno ze", "отправлено с", "отправлено из", "iphone'umdan gönderildi", "iphone'dan gönderildi",
    "iphoneから送信", "从我的iphone发送", "发自我的", "我的 iphone", "나의 iphone에서 보냄", "küldve", "trimis de pe", "hämta outlook", "holen sie sich outlook", "télécharger outlook", "obtener outlook",
    "download outlook", "yahoo mail for", "typed on my", "from my iphone", "from my ipad", "from my phone", "from my mobile", "poslano z", "sendt med", "sent on my", "posted from", "written from my",
)  # fmt: skip
VALEDICTIONS = (
    "best", "best regards", "regards", "kind regards", "warm regards", "warmest regards", "many thanks", "thanks", "thank you", "thanks in advance", "thx", "cheers", "yours", "yours sincerely", "yours faithfully",
    "sincerely", "sincerely yours", "with best wishes", "best wishes", "all the best", "kr", "br", "rgds", "mit freundlichen grüßen", "mit freundlichen gruessen", "freundliche grüße", "viele grüße", "liebe grüße", "beste grüße", "mfg", "lg", "vg", "gruß",
    "cordialement", "bien cordialement", "salutations", "bien à vous", "saludos", "saludos cordiales", "un saludo", "cordiali saluti", "distinti saluti", "saluti", "atenciosamente", "cumprimentos", "abraço",
    "met vriendelijke groet", "met vriendelijke groeten", "groet", "groeten", "mvg", "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar", "hälsningar", "mvh", "med venlig hilsen", "venlig hilsen", "de bedste hilsner", "hilsen", "kh", "mh", "vh",
    "med vennlig hilsen", "vennlig hilsen", "ystävällisin terveisin", "terveisin", "t.", "pozdrawiam", "z poważaniem", "s pozdravem", "pozdrav", "с уважением", "üdvözlettel", "saygılarımla", "cu stimă", "respectfully", "take care", "ta", "warmly", "with kind regards",
)  # fmt: skip
BANNERS = (
    "this message originated from outside", "this email originated from outside", "this email originates from outside", "this is an external email", "external email:", "external sender", "caution: this email",
    "caution: external", "warning: this email", "[external]", "you don't often get email from", "you don’t often get email from", "some people who received this message don't often get email", "this sender is not in your", "diese e-mail kommt von außerhalb",
    "please do not reply above this line", "do not click links or open attachments unless", "this message was sent from outside", "this e-mail originated outside",
)  # fmt: skip
DISCLAIMERS = (
    "if you are not the intended recipient", "if you are not the addressee", "if you have received this message in error", "if you have received this email in error", "if you have received this e-mail in error", "this email and any files transmitted", "this e-mail and any files transmitted",
    "this message may contain confidential information", "this email may contain confidential information", "nhsmail is the secure", "nhs.net is approved", "nhsmail is approved", "confidentiality notice", "please consider the environment before printing", "this message is intended only for the use of",
    "diese e-mail enthält vertrauliche", "diese e-mail kann vertrauliche", "ce message et toutes les pièces jointes", "este mensaje y sus archivos adjuntos", "dit bericht is uitsluitend bestemd", "any views or opinions presented are solely", "scanned for viruses by",
)  # fmt: skip
REPLY_ABOVE = (
    "reply above this line", "reply above the line", "reply above this line", "write above this line", "above this line to reply", "respond above this line", "reply above here",
    "antwort oberhalb dieser zeile", "antwort über dieser zeile", "oberhalb dieser linie", "antworten sie oberhalb", "réponse au-dessus de cette ligne", "répondre au-dessus de cette ligne",
    "respuesta por encima de esta línea", "responda por encima de esta línea", "responda acima desta linha", "risposta sopra questa riga", "rispondi sopra questa riga", "reageer boven deze regel", "antwoord boven deze regel", "svar ovanför denna linje", "svar over denne linje",
)  # fmt: skip
PREVIOUS_REPLIES = (
    "previous replies", "previous discussion", "previous conversation", "vorherige antworten", "vorherige diskussion", "réponses précédentes", "respuestas anteriores", "respostas anteriores", "risposte precedenti", "eerdere antwoorden",
    "tidigare svar", "tidligere svar", "poprzednie odpowiedzi", "предыдущие ответы", "以前の返信", "之前的回复",
)  # fmt: skip

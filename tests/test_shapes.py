"""Documents of many shapes and house styles, each with all that must come out of it.

The texts are invented. A line of an expectation is one utterance: whose it is ("-" for nobody),
its printed label, and its first words; "#" marks a heading, a note in brackets says why the
utterance is set aside. Behind them stand findings, people and abbreviations.
"""

# ruff: noqa: E501 (the documents stand here as people print them, long lines and all)
from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.model import UtteranceKind
from qualkit.text.coverage import coverage
from qualkit.text.normalise import normalise
from qualkit.text.reading import Reading
from qualkit.text.segmentation import Segmentation, segment
from qualkit.text.units import UNITS

SHAPES: dict[str, tuple[str, str]] = {}

SHAPES["all_party_group"] = (
    """\
ALL-PARTY GROUP ON ADULT LEARNING

Minutes of the meeting held on Wednesday 14 February 2024
Committee Room 9, House of Lords

In attendance: Baroness Okonkwo (Chair), Dr Priya Raman (Open College), Cllr Gwen Pritchard (Dyfed Council), Sir Alan Moss MP, Prof. Ewa Nowak-Hill (University of Leeds)
Apologies: Lord Fenwick, Siân Davies MS

Welcome

The Chair welcomed members and reminded them that the session was being recorded.

Dr Priya Raman, Principal, Open College

- Described how evening classes lost a third of their learners after 2010.
- Argued that fees put off those who earn least; she gave the example of a bus driver who stopped after one term.
- Called for a single application form.

Prof. Ewa Nowak-Hill, Professor of Education, University of Leeds

- Summarised a survey of 2,400 adults.
- Warned that online courses do not suit everybody.

Discussion

Sir Alan Moss asked whether employers would release staff for a day a week; Dr Raman replied that small firms could not, but that larger ones had done so for years.

Cllr Pritchard said that libraries were the natural home for such classes. She added that half of those in her county had closed.

It was noted that the consultation closes in May.

Baroness Okonkwo thanked both speakers. She then asked how the money would be shared out.

The Principal answered that it should follow the learner. Prof. Nowak-Hill agreed.

In response to a question from Sir Alan Moss, Dr Raman explained that drop-out was highest in the first four weeks.

A question was asked by Cllr Pritchard about rural transport. Dr Raman acknowledged the problem and said that her college runs two minibuses.

ENH also pointed to Scotland, where travel is paid for.

Any other business

There was none. The meeting closed at 5.10 pm.

Date of next meeting: 20 March 2024
""",
    """\
# | ALL-PARTY GROUP ON ADULT LEARNING
# | Minutes of the meeting held on Wed
# | Committee Room 9, House of Lords
(list of people) | In attendance: Baroness Okonkwo (C
(list of people) | Apologies: Lord Fenwick, Siân Davi
# | Welcome
Baroness Okonkwo | The Chair welcomed members and rem
# | Dr Priya Raman, Principal, Open Co
Dr Priya Raman | Described how evening classes lost
Dr Priya Raman | Argued that fees put off those who
Dr Priya Raman | Called for a single application fo
# | Prof. Ewa Nowak-Hill, Professor of
Prof. Ewa Nowak-Hill | Summarised a survey of 2,400 adult
Prof. Ewa Nowak-Hill | Warned that online courses do not
# | Discussion
Sir Alan Moss MP | Sir Alan Moss asked whether employ
Dr Priya Raman | Dr Raman replied that small firms
Cllr Gwen Pritchard | Cllr Pritchard said that libraries
- | It was noted that the consultation
Baroness Okonkwo | Baroness Okonkwo thanked both spea
Dr Priya Raman | The Principal answered that it sho
Prof. Ewa Nowak-Hill | Prof. Nowak-Hill agreed.
Dr Priya Raman | In response to a question from Sir
Cllr Gwen Pritchard | A question was asked by Cllr Pritc
Dr Priya Raman | Dr Raman acknowledged the problem
Prof. Ewa Nowak-Hill | ENH also pointed to Scotland, wher
# | Any other business
- | There was none. The meeting closed
(date) | Date of next meeting: 20 March 202
! speaker unclear: 2 told utterances name nobody as their speaker.
@ Baroness Okonkwo / Chair / -
@ Dr Priya Raman / - / Open College
@ Cllr Gwen Pritchard / - / Dyfed Council
@ Sir Alan Moss MP / - / -
@ Prof. Ewa Nowak-Hill / - / University of Leeds
@ Lord Fenwick / - / -
@ Siân Davies MS / - / -
""",
)

SHAPES["trust_board"] = (
    """\
Marlow Vale NHS Foundation Trust

Minutes of the Board of Directors held in public on 6 June 2023 at 10.00 in the Boardroom

Present:
Helen Marchetti\tHM\tChair
Joseph Adeyemi\tJA\tChief Executive
Dr Rowan Tate\tRT\tMedical Director
Lucy van der Berg\tLVB\tChief Nurse
Omar Farouk\tOF\tDirector of Finance

In attendance:
Tess Whitlock\tTW\tTrust Secretary (minutes)

Apologies: Graham Pell (Non-Executive Director)

1. Welcome and apologies

HM welcomed everyone and noted that the meeting was quorate.

2. Minutes of the last meeting

The minutes were approved as a correct record.

3. Chief Executive's report

JA presented his report. He drew attention to the new discharge lounge, which had opened in April.
RT asked whether the lounge had freed up beds. JA confirmed that it had, by about eleven a day.
LVB raised the issue of staffing at weekends and suggested that bank rates be reviewed.

4. Finance

OF reported a deficit of £2.1m at month two. HM queried the size of the savings plan; OF explained that most of it was in the second half of the year.

It was agreed that the committee would look at this again in July.

Mrs Whitlock reminded members to declare their interests.

ACTION: OF to bring a revised plan to the July meeting.

5. Safe staffing

LVB outlined the national guidance, and RT commented that theatres had been left out. LVB undertook to find out why.

The Board noted the report.

Members expressed concern about agency costs.

6. Questions from the public

Mr Dennis Oakley asked why the car park charges had risen. OF replied that the contract had been re-let.

A member of the public asked about the closure of Ward 6. The Chief Nurse said that no decision had been made.

The meeting closed at 12.25.
""",
    """\
# | Marlow Vale NHS Foundation Trust
(front matter) | Minutes of the Board of Directors
# | Present:
(list of people) | Helen Marchetti HM Chair
(list of people) | Joseph Adeyemi JA Chief Executive
(list of people) | Dr Rowan Tate RT Medical Director
(list of people) | Lucy van der Berg LVB Chief Nurse
(list of people) | Omar Farouk OF Director of Finance
# | In attendance:
(list of people) | Tess Whitlock TW Trust Secretary (
(list of people) | Apologies: Graham Pell (Non-Execut
# | Welcome and apologies
Helen Marchetti | HM welcomed everyone and noted tha
# | Minutes of the last meeting
- | The minutes were approved as a cor
# | Chief Executive's report
Joseph Adeyemi | JA presented his report. He drew a
Dr Rowan Tate | RT asked whether the lounge had fr
Joseph Adeyemi | JA confirmed that it had, by about
Lucy van der Berg | LVB raised the issue of staffing a
# | Finance
Omar Farouk | OF reported a deficit of £2.1m at
Helen Marchetti | HM queried the size of the savings
Omar Farouk | OF explained that most of it was i
- | It was agreed that the committee w
Tess Whitlock | Mrs Whitlock reminded members to d
- | ACTION: OF to bring a revised plan
# | Safe staffing
Lucy van der Berg | LVB outlined the national guidance
Dr Rowan Tate | and RT commented that theatres had
Lucy van der Berg | LVB undertook to find out why.
Board | The Board noted the report.
Members | Members expressed concern about ag
# | Questions from the public
Mr Dennis Oakley | Mr Dennis Oakley asked why the car
Omar Farouk | OF replied that the contract had b
Member of the public | A member of the public asked about
Lucy van der Berg | The Chief Nurse said that no decis
- | The meeting closed at 12.25.
! speaker unclear: 4 told utterances name nobody as their speaker.
@ Helen Marchetti / Chair / -
@ Joseph Adeyemi / Chief Executive / -
@ Dr Rowan Tate / Medical Director / -
@ Lucy van der Berg / Chief Nurse / -
@ Omar Farouk / Director of Finance / -
@ Tess Whitlock / Trust Secretary (minutes) / -
@ Graham Pell / Non-Executive Director / -
""",
)

SHAPES["speakers_in_headings"] = (
    """\
Notes of the cross-party roundtable on school meals, 9 June 2022

Opening

Lord Peverell (Chair) opened the session and said that time was short.

Dr Hana Suzuki – Paediatrician, Royal Infirmary

- Hunger shows in the clinic every Monday, she said.
- Asked members to visit.

Marcus O'Leary, Head Teacher at Bridge Primary School

- Breakfast clubs work. They cost £1.10 a child.

The Minister for Schools (Claire Ashdown MP)

- Thanked the speakers.
- The Government would publish its review in July.

Discussion

Baroness Tan and Ms Lowe MP both asked about allergies. The Minister said that guidance existed.

Sir John Abbot MP, who had chaired the earlier inquiry, said he was "tired of pilots". He asked the Minister for a date.

The Minister could not give one.

Dr Suzuki, responding to Ms Lowe, said that labels had improved.

Concerns were raised about rural schools.

A head teacher from Devon described driving forty miles for milk.

Lady Prior asked: would the review look at nurseries? In reply, the Minister said it would not.

The Chair closed the meeting at noon.
""",
    """\
# | Notes of the cross-party roundtabl
# | Opening
Lord Peverell | Lord Peverell (Chair) opened the s
# | Dr Hana Suzuki – Paediatrician, Ro
Dr Hana Suzuki | Hunger shows in the clinic every M
Dr Hana Suzuki | Asked members to visit.
# | Marcus O'Leary, Head Teacher at Br
Marcus O'Leary | Breakfast clubs work. They cost £1
# | The Minister for Schools (Claire A
Claire Ashdown MP | Thanked the speakers.
Claire Ashdown MP | The Government would publish its r
# | Discussion
- | Baroness Tan and Ms Lowe MP both a
Claire Ashdown MP | The Minister said that guidance ex
Sir John Abbot MP | Sir John Abbot MP, who had chaired
Claire Ashdown MP | The Minister could not give one.
Dr Hana Suzuki | Dr Suzuki, responding to Ms Lowe,
- | Concerns were raised about rural s
Head teacher | A head teacher from Devon describe
Lady Prior | Lady Prior asked: would the review
Claire Ashdown MP | In reply, the Minister said it wou
Lord Peverell | The Chair closed the meeting at no
! speaker unclear: 2 told utterances name nobody as their speaker.
""",
)

SHAPES["parish_forum"] = (
    """\
WESTHOLME PARISH FORUM
NOTES OF THE MEETING HELD ON 4 SEPTEMBER 2023 AT 7 P.M. IN THE VILLAGE HALL

PRESENT: Cllr. Edith Marlowe (Chairman), Cllr. J. Fairweather, Cllr. N. Obi, Miss P. Quill (Clerk)
ALSO PRESENT: PC Dean Ridley, 14 members of the public
APOLOGIES: Cllr. T. Underhill

23/041 FLOODING

Mr Ivor Benn of Mill Road complained that the culvert had been blocked since spring. Cllr Obi replied that the county was responsible, but he would write again.
Cllr Fairweather wondered if the money could come from the levy. It was asked by Miss Quill whether the levy had been spent. The Chairman thought not.

RESOLVED: that the Clerk write to the county.

23/042 SPEEDING

PC Ridley reported 61 warnings in August. He had hoped for fewer.

A resident suggested a camera; PC Ridley said that cameras needed a survey first, and the Chairman undertook to ask for one.

Several people complained about lorries.

The meeting ended at 8.20 p.m.
""",
    """\
# | WESTHOLME PARISH FORUM
(front matter) | NOTES OF THE MEETING HELD ON 4 SEP
(list of people) | PRESENT: Cllr. Edith Marlowe (Chai
(list of people) | ALSO PRESENT: PC Dean Ridley, 14 m
(list of people) | APOLOGIES: Cllr. T. Underhill
# | 23/041 FLOODING
Mr Ivor Benn | Mr Ivor Benn of Mill Road complain
Cllr. N. Obi | Cllr Obi replied that the county w
Cllr. J. Fairweather | Cllr Fairweather wondered if the m
Miss P. Quill | It was asked by Miss Quill whether
Cllr. Edith Marlowe | The Chairman thought not.
- | RESOLVED: that the Clerk write to
# | 23/042 SPEEDING
PC Dean Ridley | PC Ridley reported 61 warnings in
Resident | A resident suggested a camera;
PC Dean Ridley | PC Ridley said that cameras needed
Cllr. Edith Marlowe | and the Chairman undertook to ask
Several people | Several people complained about lo
- | The meeting ended at 8.20 p.m.
! speaker unclear: 2 told utterances name nobody as their speaker.
@ Cllr. Edith Marlowe / Chairman / -
@ Cllr. J. Fairweather / - / -
@ Cllr. N. Obi / - / -
@ Miss P. Quill / Clerk / -
@ PC Dean Ridley / - / -
@ Cllr. T. Underhill / - / -
""",
)

SHAPES["bullets_minutes"] = (
    """\
Lantern Project – Advisory Board
Minutes, 11 January 2022

Attendees:
- Prof. Dame Harriet Osei, Chair
- Yusuf Demir, Lantern Project
- Dr Mia Falk, University of Hull
- Owen ap Rhys, Welsh Government

Apologies:
- Lady Corrigan

1. Update from the team

- Yusuf Demir presented the first results.
- Dr Falk asked about the sample. Yusuf explained that it was small.
- Owen ap Rhys commended the work, noting that Wales had nothing like it.
- The Chair asked how long the funding would last: YD said eighteen months.

2. Next steps

- Mia Falk offered to host a workshop.
- Dame Harriet Osei welcomed this.
- No decision was taken.
""",
    """\
# | Lantern Project – Advisory Board
# | Minutes, 11 January 2022
# | Attendees:
(list of people) | Prof. Dame Harriet Osei, Chair
(list of people) | Yusuf Demir, Lantern Project
(list of people) | Dr Mia Falk, University of Hull
(list of people) | Owen ap Rhys, Welsh Government
# | Apologies:
(list of people) | Lady Corrigan
# | Update from the team
Yusuf Demir | Yusuf Demir presented the first re
Dr Mia Falk | Dr Falk asked about the sample.
Yusuf Demir | Yusuf explained that it was small.
Owen ap Rhys | Owen ap Rhys commended the work, n
Prof. Dame Harriet Osei | The Chair asked how long the fundi
Yusuf Demir | YD said eighteen months.
# | Next steps
Dr Mia Falk | Mia Falk offered to host a worksho
Prof. Dame Harriet Osei | Dame Harriet Osei welcomed this.
- | No decision was taken.
! speaker unclear: 1 told utterances name nobody as their speaker.
@ Prof. Dame Harriet Osei / Chair / -
@ Yusuf Demir / - / Lantern Project
@ Dr Mia Falk / - / University of Hull
@ Owen ap Rhys / - / Welsh Government
@ Lady Corrigan / - / -
""",
)

SHAPES["initials_without_a_list"] = (
    """\
Steering group, notes 12 May

Budget

KP reported that the grant has been paid.
MB asked when the second half would come. KP answered: in October.
It was agreed to wait.

Website

TLS showed the new pages. MB liked the colours but worried about the font.
NHS England has its own pages.
KP thanked TLS.

Risks

MB raised the roof again.
""",
    """\
# | Steering group, notes 12 May
# | Budget
KP | KP reported that the grant has bee
MB | MB asked when the second half woul
KP | KP answered: in October.
- | It was agreed to wait.
# | Website
TLS | TLS showed the new pages.
MB | MB liked the colours but worried a
- | NHS England has its own pages.
KP | KP thanked TLS.
# | Risks
MB | MB raised the roof again.
! speaker unclear: No list of people explains the initials 'KP'.
! speaker unclear: No list of people explains the initials 'MB'.
! speaker unclear: No list of people explains the initials 'TLS'.
! speaker unclear: 2 told utterances name nobody as their speaker.
""",
)

SHAPES["two_ministers"] = (
    """\
Minutes of the Inter-Ministerial Group

Present: Ann Forde (Minister for Health), Bo Lind (Minister for Housing), Cy Dunn (Secretary)

Ann Forde presented the plan.

Bo Lind asked who would pay.

The Minister said that the Treasury would.

Cy Dunn noted the answer.

The Minister for Housing thanked her.
""",
    """\
# | Minutes of the Inter-Ministerial G
(list of people) | Present: Ann Forde (Minister for H
Ann Forde | Ann Forde presented the plan.
Bo Lind | Bo Lind asked who would pay.
Minister | The Minister said that the Treasur
Cy Dunn | Cy Dunn noted the answer.
Bo Lind | The Minister for Housing thanked h
! speaker unclear: 'Minister' may be any of these: Ann Forde, Bo Lind.
@ Ann Forde / Minister for Health / -
@ Bo Lind / Minister for Housing / -
@ Cy Dunn / Secretary / -
""",
)

SHAPES["hearing"] = (
    """\
House of Commons

Regional Transport Committee

Oral evidence: Rural buses, HC 412

Tuesday 5 March 2024

Ordered by the House of Commons to be published on 5 March 2024.

Members present: Ruth Callan (Chair); Sam Iqbal; Jo Smith; Sir Peter Vaughan-Rees.

Questions 11 - 31

Witnesses

I: Margaret O'Donnell, Chief Executive, Passenger Voice, and Dr. Li Wei, Reader in Transport, University of York.

Examination of witnesses

Witnesses: Margaret O'Donnell and Dr. Li Wei.

Q11   Chair: Good morning and welcome. Would you introduce yourselves, please?

Margaret O'Donnell: Good morning. I am Margaret O'Donnell. I run Passenger Voice, which speaks for people who use buses.

We have nine staff and, I should say, no cars.

Dr Li Wei: Li Wei. I teach at York.

Q12   Chair: Thank you. What happened to the number of services after 2015?

Dr Li Wei: It fell by a third. There are three reasons: money, drivers and roadworks.

Q13   **Jo Smith**: Ms O'Donnell, do you agree?

Margaret O'Donnell: I do, but I would put drivers first—

Jo Smith: Sorry to interrupt, but why drivers?

Margaret O'Donnell: Because they leave. Note: I have the figures here.

(Laughter)

Q14  Sir Peter Vaughan-Rees: May I press you on that? You wrote to us in January and said:

"The 14:30 from Settle has not run for six weeks."

Is that still the case?

Margaret O'Donnell: It is [Interruption.] It is still the case.

Chair: Order. We will suspend for a vote.

Sitting suspended for a Division in the House.

On resuming—

Q15  Chair: We continue with Sam Iqbal.

Sam Iqbal: Thank you, Chair. Dr Wei, what would you do first?

Dr Li Wei: Three things:

- pay drivers for their training;
- fund the evening services;
- publish the data.

Q16  Chair: That brings us to the end. Thank you both.
""",
    """\
# | House of Commons
# | Regional Transport Committee
# | Oral evidence: Rural buses, HC 412
(date) | Tuesday 5 March 2024
(front matter) | Ordered by the House of Commons to
(list of people) | Members present: Ruth Callan (Chai
# | Questions 11 - 31
# | Witnesses
(list of people) | I: Margaret O'Donnell, Chief Execu
# | Examination of witnesses
(list of people) | Witnesses: Margaret O'Donnell and
Ruth Callan <Q11> | Good morning and welcome. Would yo
Margaret O'Donnell | Good morning. I am Margaret O'Donn
Dr. Li Wei | Li Wei. I teach at York.
Ruth Callan <Q12> | Thank you. What happened to the nu
Dr. Li Wei | It fell by a third. There are thre
Jo Smith <Q13> | Ms O'Donnell, do you agree?
Margaret O'Donnell | I do, but I would put drivers firs
Jo Smith | Sorry to interrupt, but why driver
Margaret O'Donnell | Because they leave. Note: I have t
(editorial note) | (Laughter)
Sir Peter Vaughan-Rees <Q14> | May I press you on that? You wrote
Margaret O'Donnell | It is [Interruption.] It is still
Ruth Callan | Order. We will suspend for a vote.
(editorial note) | Sitting suspended for a Division i
(editorial note) | On resuming—
Ruth Callan <Q15> | We continue with Sam Iqbal.
Sam Iqbal | Thank you, Chair. Dr Wei, what wou
Dr. Li Wei | Three things: - pay drivers for th
Ruth Callan <Q16> | That brings us to the end. Thank y
@ Ruth Callan / Chair / -
@ Sam Iqbal / - / -
@ Jo Smith / - / -
@ Sir Peter Vaughan-Rees / - / -
@ Margaret O'Donnell / Chief Executive / Passenger Voice
@ Dr. Li Wei / Reader in Transport / University of York
""",
)

SHAPES["hearing_in_bold"] = (
    """\
Health and Social Care Committee

Oral evidence: Dentistry

Q1 **The Chair:** Welcome to the session. Please introduce yourself for the record.

**Professor Sir Idris Vaughan:** I am the chief dental officer.

Q2 **The Chair:** Thank you. First, numbers. How many dentists left last year?

**Professor Sir Idris Vaughan:** About 900, Chair. That is net.

Let me put that in context. In 2019 it was 400.

Q3 **Dr Caroline Ferris:** You said net. What is the gross figure?

**Professor Sir Idris Vaughan:** I will write to you.

**Dr Caroline Ferris:** Please do.

**Mark Eastwood-Hale:** May I come in?

**The Chair:** Briefly.

**Mark Eastwood-Hale:** *[Inaudible]* in my town there is not one.

**Sir Idris Vaughan:** I know the town.

Q4 **Mark Eastwood-Hale:** Then you know the queue.
""",
    """\
# | Health and Social Care Committee
# | Oral evidence: Dentistry
The Chair <Q1> | Welcome to the session. Please int
Professor Sir Idris Vaughan | I am the chief dental officer.
The Chair <Q2> | Thank you. First, numbers. How man
Professor Sir Idris Vaughan | About 900, Chair. That is net. Let
Dr Caroline Ferris <Q3> | You said net. What is the gross fi
Professor Sir Idris Vaughan | I will write to you.
Dr Caroline Ferris | Please do.
Mark Eastwood-Hale | May I come in?
The Chair | Briefly.
Mark Eastwood-Hale | *[Inaudible]* in my town there is
Professor Sir Idris Vaughan | I know the town.
Mark Eastwood-Hale <Q4> | Then you know the queue.
""",
)

SHAPES["parliament"] = (
    """\
Official Report

Meeting of the Parliament

Thursday 9 May 2024

[The Presiding Officer opened the meeting at 14:00]

First Minister's Question Time

Ferry Services

1. Ewan MacAskill (Argyll and Bute) (Con): To ask the First Minister when the ferry will sail. (S6F-0312)

The First Minister (Catriona Baird): The ferry will sail in September.

Ewan MacAskill: The people of the islands have heard that before. They were told May, and then they were told July.

Will the First Minister say it again without her notes?

The First Minister: I have no notes. [Laughter.]

The yard has told us September; I trust the yard.

The Presiding Officer (Moira Kidd): I call Aileen Ní Bhriain.

Aileen Ní Bhriain (Glasgow) (Lab): Does the First Minister accept that trust is not a plan?

The First Minister: I accept that it takes both.

Members: Hear, hear.

The Cabinet Secretary for Transport (Donald M'Leod): If I may add one figure: 96 per cent of sailings ran on time.

Mr MacAskill: On a point of order, Presiding Officer.

The Presiding Officer: I will take the point of order at the end.

The Minister for Islands (Jean-Luc de la Tour): The member may wish to read the letter of 3 May.

The Cabinet Secretary: I have a copy here.
""",
    """\
# | Official Report
# | Meeting of the Parliament
(date) | Thursday 9 May 2024
(editorial note) | [The Presiding Officer opened the
# | First Minister's Question Time
# | Ferry Services
Ewan MacAskill <1.> | To ask the First Minister when the
Catriona Baird | The ferry will sail in September.
Ewan MacAskill | The people of the islands have hea
Catriona Baird | I have no notes. [Laughter.] The y
Moira Kidd | I call Aileen Ní Bhriain.
Aileen Ní Bhriain | Does the First Minister accept tha
Catriona Baird | I accept that it takes both.
Members | Hear, hear.
Donald M'Leod | If I may add one figure: 96 per ce
Ewan MacAskill | On a point of order, Presiding Off
Moira Kidd | I will take the point of order at
Jean-Luc de la Tour | The member may wish to read the le
Donald M'Leod | I have a copy here.
""",
)

SHAPES["inquiry"] = (
    """\
                    THE HARBOUR INQUIRY

                    Monday, 4 March 2024

(10.00 am)

THE CHAIR: Good morning. Mr Jones, are you ready?

MR JONES: I am, thank you, my Lord. May I call Mr Abdul-Rahman.

MR YUSUF ABDUL-RAHMAN (sworn)

Questions from MR JONES

MR JONES: You were harbour master from 2009 to 2014; is that right?

A. That is right.

Q. And who kept the log?

A. The night clerk. His name was Mr van der Meer.

THE CHAIR: Could you spell that?

A. M-e-e-r.

MS D'SOUZA: My Lord, I am sorry to rise. The document is at INQ0001.

MR JONES: I am grateful. Mr Abdul-Rahman, at the third page, line 14, we see: "gates: closed". Whose hand is that?

A. It's mine. I wrote it at 04:15.

(A short break)

(11.32 am)

THE CHAIR: Yes, Mr Jones.

MR JONES: Thank you. No further questions.

THE WITNESS: Thank you.

(The witness withdrew)
""",
    """\
# | THE HARBOUR INQUIRY
(date) | Monday, 4 March 2024
(editorial note) | (10.00 am)
THE CHAIR | Good morning. Mr Jones, are you re
MR JONES | I am, thank you, my Lord. May I ca
# | MR YUSUF ABDUL-RAHMAN (sworn)
# | Questions from MR JONES
MR JONES | You were harbour master from 2009
MR YUSUF ABDUL-RAHMAN <A> | That is right.
MR JONES <Q> | And who kept the log?
MR YUSUF ABDUL-RAHMAN <A> | The night clerk. His name was Mr v
THE CHAIR | Could you spell that?
MR YUSUF ABDUL-RAHMAN <A> | M-e-e-r.
MS D'SOUZA | My Lord, I am sorry to rise. The d
MR JONES | I am grateful. Mr Abdul-Rahman, at
MR YUSUF ABDUL-RAHMAN <A> | It's mine. I wrote it at 04:15.
(editorial note) | (A short break)
(editorial note) | (11.32 am)
THE CHAIR | Yes, Mr Jones.
MR JONES | Thank you. No further questions.
MR YUSUF ABDUL-RAHMAN <THE WITNESS> | Thank you.
(editorial note) | (The witness withdrew)
""",
)

SHAPES["multi_para"] = (
    """\
Chair (Ms Adaeze Nwosu): Welcome. We have three items.

The first is transport.

The second is food; the third is whatever is left.

Mr. O'Hara-Quinn: On transport: I have a question.

How many buses are there?

Dr. van den Berg: Four.

Chair: Four?

Dr. van den Berg: Four. Five on Sundays: the church pays.

Chair: Thank you. Mr. O'Hara-Quinn, are you content?

Mr. O'Hara-Quinn: I am.
""",
    """\
Ms Adaeze Nwosu | Welcome. We have three items. The
Mr. O'Hara-Quinn | On transport: I have a question. H
Dr. van den Berg | Four.
Ms Adaeze Nwosu | Four?
Dr. van den Berg | Four. Five on Sundays: the church
Ms Adaeze Nwosu | Thank you. Mr. O'Hara-Quinn, are y
Mr. O'Hara-Quinn | I am.
""",
)

SHAPES["roundtable"] = (
    """\
Roundtable 2 - notes of discussion (anonymised)

Facilitators: 2, participants: 7. Recorded online on 3 October 2023.

Facilitator 1: Welcome, everybody. Please say a word about where you work, not your name.

P1: I'm in supported living.

P2: Home care, twelve years.

P3: I manage a small agency: nine carers, one van.

Facilitator 2: Thank you. First question: what makes people stay?

P1: The people. Not the pay: the people.

P4: I'd say the rota. If I know my rota two weeks ahead, I stay.

P3: Same here.

Facilitator 1: P2, you were shaking your head?

P2: It's just that nobody in my office gets two weeks. We get two days.

[Several participants agree]

P5 (joining late): Sorry, my link did not work.

Facilitator 1: No problem, P5. We are talking about rotas.

P5: Ours come on Fridays.

Participant 6: Can I come in? We tried an app for it.

P7: And?

Participant 6: It crashed. (laughs) Twice.

Facilitator 2: Last question: one thing you'd change?

P1: Travel time. Paid.

P2: Paid travel time.

P4: A pension that moves with you.

P3: Fewer forms.

P5: Training in paid hours.

P7: A career path, honestly.

Participant 6: What P7 said.
""",
    """\
# | Roundtable 2 - notes of discussion
(front matter) | Facilitators: 2, participants: 7.
Facilitator 1 | Welcome, everybody. Please say a w
P1 | I'm in supported living.
P2 | Home care, twelve years.
P3 | I manage a small agency: nine care
Facilitator 2 | Thank you. First question: what ma
P1 | The people. Not the pay: the peopl
P4 | I'd say the rota. If I know my rot
P3 | Same here.
Facilitator 1 | P2, you were shaking your head?
P2 | It's just that nobody in my office
(editorial note) | [Several participants agree]
P5 <(joining late)> | Sorry, my link did not work.
Facilitator 1 | No problem, P5. We are talking abo
P5 | Ours come on Fridays.
Participant 6 | Can I come in? We tried an app for
P7 | And?
Participant 6 | It crashed. (laughs) Twice.
Facilitator 2 | Last question: one thing you'd cha
P1 | Travel time. Paid.
P2 | Paid travel time.
P4 | A pension that moves with you.
P3 | Fewer forms.
P5 | Training in paid hours.
P7 | A career path, honestly.
Participant 6 | What P7 said.
""",
)

SHAPES["bracketed_ids"] = (
    """\
[id1] I came in 2009.

[id2] And I came a year later.

[id1] Did you? I thought you were before me.

[SL] No, she was after.

[id2] SL is right.

[SL] I kept the list: it says so.
""",
    """\
id1 | I came in 2009.
id2 | And I came a year later.
id1 | Did you? I thought you were before
SL | No, she was after.
id2 | SL is right.
SL | I kept the list: it says so.
""",
)

SHAPES["initials"] = (
    """\
SL: I came in 2009.

TB: And I came a year later. My brother said: stay.

SL: Did you?

MOD: What made you stay?

TB: The sea.

SL: The sea, and the work.
""",
    """\
SL | I came in 2009.
TB | And I came a year later. My brothe
SL | Did you?
MOD | What made you stay?
TB | The sea.
SL | The sea, and the work.
""",
)

SHAPES["wrapped_focus_group"] = (
    """\
Focus group 4, Thornbury library                                Page 1 of 3
Transcribed by: AW

[00:00:04] Interviewer: Right, the tape is running. Could you tell me what the
week looks like for you, starting with Monday if that is a
good place to start?

[00:00:15] Respondent 1: Monday I have the grandchildren. Both of them
until three, and then their mother fetches them, and then I go to
the shops.

[00:00:31] Respondent 2: I go swimming on Mondays. It is cheap before
nine, and the water is warm, which it is not on other days, and they

Focus group 4, Thornbury library                                Page 2 of 3

let you stay as long as you like.

[00:00:52] Interviewer: And who do you see there?

[00:00:55] Respondent 2: The same six people. We call ourselves the
ducks. [laughs] One of us is ninety.

[pause]

[00:01:10] Respondent 1: I used to swim.

[00:01:13] Interviewer: What made you stop?

[00:01:15] Respondent 1: The bus. They took the bus away: no bus, no
swimming. It was the 14 and it went at

Focus gruop 4, Thornbury library                                Page 3 of 3

ten past eight.

[00:01:40] Interviewer: Thank you both. That was very [inaudible 00:01:44] helpful.

[End of recording]
""",
    """\
(page furniture) | Focus group 4, Thornbury library P
(front matter) | Transcribed by: AW
Interviewer | Right, the tape is running. Could
Respondent 1 | Monday I have the grandchildren. B
Respondent 2 | I go swimming on Mondays. It is ch
(page furniture) | Focus group 4, Thornbury library P
Interviewer | And who do you see there?
Respondent 2 | The same six people. We call ourse
(editorial note) | [pause]
Respondent 1 | I used to swim.
Interviewer | What made you stop?
Respondent 1 | The bus. They took the bus away: n
(page furniture) | Focus gruop 4, Thornbury library P
Interviewer | Thank you both. That was very [ina
(editorial note) | [End of recording]
""",
)

SHAPES["stamp_above"] = (
    """\
Interview with a ward manager

Interviewer  00:03
Thanks for doing this. What is the hardest part of the job?

Ward manager  00:11
Nights. Nobody wants nights, and I cannot blame them.

We have eleven vacancies: six nurses, five assistants.

Interviewer  00:42
How do you fill them?

Ward manager  00:45
With whoever picks up the phone.

(phone rings)

Sorry, I have to take that.

Interviewer  01:30
You were telling me about nights.

Ward manager  01:33
Was I?
""",
    """\
# | Interview with a ward manager
Interviewer | Thanks for doing this. What is the
Ward manager | Nights. Nobody wants nights, and I
Interviewer | How do you fill them?
Ward manager | With whoever picks up the phone. S
(editorial note) | (phone rings)
Interviewer | You were telling me about nights.
Ward manager | Was I?
""",
)

SHAPES["stamp_in_brackets"] = (
    """\
Amara Diallo (00:00:02): We can begin. What brought you here?

Björn Ås (00:00:09): My sister. She said: go and see them, they are good.

Amara Diallo (00:00:20): And were they?

Björn Ås (00:00:22): <crosstalk> they were, mostly.

Amara Diallo (00:00:31): Mostly?

Björn Ås (00:00:33): The letters are the problem. Nobody can read them.
""",
    """\
Amara Diallo | We can begin. What brought you her
Björn Ås | My sister. She said: go and see th
Amara Diallo | And were they?
Björn Ås | <crosstalk> they were, mostly.
Amara Diallo | Mostly?
Björn Ås | The letters are the problem. Nobod
""",
)

SHAPES["stamp_first"] = (
    """\
00:00:02 Amara Diallo: We can begin. What brought you here?

00:00:09 Björn Ås: My sister.

00:00:20 Amara Diallo: And were they good?

00:00:22 Björn Ås: They were, mostly. At 10:30 every day.

00:00:31 Amara Diallo: Mostly?

00:00:33 Björn Ås: The letters are the problem.
""",
    """\
Amara Diallo | We can begin. What brought you her
Björn Ås | My sister.
Amara Diallo | And were they good?
Björn Ås | They were, mostly. At 10:30 every
Amara Diallo | Mostly?
Björn Ås | The letters are the problem.
""",
)

SHAPES["stamp_behind"] = (
    """\
Jo Smith [00:00:04]: Can you hear me?
Mia [00:00:06]: Yes. I can.
Jo Smith [00:00:09]: Good. Let's talk about the shop:
what do you sell?
Mia [00:00:15]: Bread, mostly.
Jo Smith [00:00:18]: And?
Mia [00:00:20]: Cake on Fridays.
""",
    """\
Jo Smith | Can you hear me?
Mia | Yes. I can.
Jo Smith | Good. Let's talk about the shop: w
Mia | Bread, mostly.
Jo Smith | And?
Mia | Cake on Fridays.
""",
)

SHAPES["numbered_speakers"] = (
    """\
Speaker 1 (00:12)
So this is the plan.

Speaker 2 (00:15)
I see it.

Speaker 1 (00:18)
It has two parts:
one is done.

Speaker 2 (00:25)
Which one?
""",
    """\
Speaker 1 | So this is the plan.
Speaker 2 | I see it.
Speaker 1 | It has two parts: one is done.
Speaker 2 | Which one?
""",
)

SHAPES["page_break"] = (
    """\
Interviewer: Tell me about the ward.

Nurse: It is long and it has two ends, and nobody who works at one end knows what

12

HOSPITAL STUDY – INTERVIEW 3

happens at the other. That is the trouble.

Interviewer: Which end were you?

Nurse: The far end. We had the window and

13

HOSPITAL STUDY – INTERVIEW 3

the fish tank.

Interviewer: A fish tank?

Nurse: With one

14

HOSPITAL STUDY - INTERVEIW 3

fish.
""",
    """\
Interviewer | Tell me about the ward.
Nurse | It is long and it has two ends, an
(page furniture) | 12
(page furniture) | HOSPITAL STUDY – INTERVIEW 3
Interviewer | Which end were you?
Nurse | The far end. We had the window and
(page furniture) | 13
(page furniture) | HOSPITAL STUDY – INTERVIEW 3
Interviewer | A fish tank?
Nurse | With one fish.
(page furniture) | 14
(page furniture) | HOSPITAL STUDY - INTERVEIW 3
""",
)

SHAPES["interview_with_fields"] = (
    """\
INTERVIEW 7
Date: 3 May 2019
Duration: 42 minutes
Interviewer: Jo March (JM)
Interviewee: Retired miner (RM)

JM: So when did you start?
RM: Fifty-eight. I was fifteen.
JM: And your father?
RM: Same pit. He said to me: don't.
JM: But you did.
RM: I did. Everybody did.
(long pause)
RM: There was nothing else.
JM: Thank you.
""",
    """\
# | INTERVIEW 7
(form field) | Date: 3 May 2019
(form field) | Duration: 42 minutes
(form field) | Interviewer: Jo March (JM)
(form field) | Interviewee: Retired miner (RM)
Jo March | So when did you start?
RM | Fifty-eight. I was fifteen.
Jo March | And your father?
RM | Same pit. He said to me: don't.
Jo March | But you did.
RM | I did. Everybody did.
(editorial note) | (long pause)
RM | There was nothing else.
Jo March | Thank you.
@ Jo March / Interviewer / -
""",
)

SHAPES["names_on_lines_of_their_own"] = (
    """\
HENRIETTA VOSS
Good evening. This is the second of our talks.

TARIQ AZIZ-BELL
Thank you for having me.

HENRIETTA VOSS
What did you bring?

TARIQ AZIZ-BELL
A map. It shows the river as it was:
wide, slow, brown.

HENRIETTA VOSS
And now?

TARIQ AZIZ-BELL
Now it is a road.
""",
    """\
HENRIETTA VOSS | Good evening. This is the second o
TARIQ AZIZ-BELL | Thank you for having me.
HENRIETTA VOSS | What did you bring?
TARIQ AZIZ-BELL | A map. It shows the river as it wa
HENRIETTA VOSS | And now?
TARIQ AZIZ-BELL | Now it is a road.
""",
)

SHAPES["dialogue_in_bullets"] = (
    """\
- Moderator: Why here?
- Resident A: Because of the school.
- Moderator: And you?
- Resident B: The rent: it was low then.
- Moderator: Was?
- Resident B: Was.
""",
    """\
Moderator | Why here?
Resident A | Because of the school.
Moderator | And you?
Resident B | The rent: it was low then.
Moderator | Was?
Resident B | Was.
""",
)

SHAPES["dialogue_in_tabs"] = (
    """\
Moderator\tWhy here?
Ines\tBecause of the school.
Moderator\tAnd you?
Omar\tThe rent was low.
Moderator\tWas?
Omar\tIt was.
Ines\tNot now.
Omar\tNo.
""",
    """\
Moderator | Why here?
Ines | Because of the school.
Moderator | And you?
Omar | The rent was low.
Moderator | Was?
Omar | It was.
Ines | Not now.
Omar | No.
""",
)

SHAPES["dialogue_with_dashes"] = (
    """\
Anna – I came in May.

Piotr – I came in June, and I was – how do you say – lost.

Anna – We all were.

Piotr – Not you.

Anna – Me too.

Piotr – Well.
""",
    """\
Anna | I came in May.
Piotr | I came in June, and I was – how do
Anna | We all were.
Piotr | Not you.
Anna | Me too.
Piotr | Well.
""",
)

SHAPES["markdown"] = (
    """\
# Workshop notes

## Who was there

| Name | Role | Organisation |
|------|------|--------------|
| Lena Fuchs | Nurse | Elm Ward |
| Pat Doyle | Porter | Elm Ward |

## Discussion

**Facilitator:** What would you change first?

**Lena Fuchs:** The lifts. They *never* come.

**Pat Doyle:** The lifts, yes. And the bells.

**Facilitator:** The bells?

**Pat Doyle:** They ring: all night.

> One bell rang during this.

**Lena Fuchs:** See?
""",
    """\
# | Workshop notes
# | Who was there
(list of people) | | Name | Role | Organisation |
(list of people) | |------|------|--------------|
(list of people) | | Lena Fuchs | Nurse | Elm Ward |
(list of people) | | Pat Doyle | Porter | Elm Ward |
# | Discussion
Facilitator | What would you change first?
Lena Fuchs | The lifts. They *never* come.
Pat Doyle | The lifts, yes. And the bells.
Facilitator | The bells?
Pat Doyle | They ring: all night. > One bell r
Lena Fuchs | See?
@ Lena Fuchs / Nurse / Elm Ward
@ Pat Doyle / Porter / Elm Ward
""",
)

SHAPES["names_of_many_kinds"] = (
    """\
Cofnod y Trafodion / Record of Proceedings

Y Pwyllgor Tai / The Housing Committee

Llyr ap Gwilym [speaking in Welsh]: Thank you, Chair. I will begin with rents.

Siân O'Neill-Evans: Please do. I'd like to hear about the north first.

Llyr ap Gwilym [speaking in Welsh]: In the north, rents rose by a fifth.

Ana de la Cruz: May I add something?

Siân O'Neill-Evans: Of course.

Ana de la Cruz: In the ports it was worse: a third.

李娜: 我同意。

Олена Коваль: Я теж так думаю.

Siân O'Neill-Evans: Diolch. 李娜, would you like to say more?

李娜: 房租太高了。

Олена Коваль: Так.
""",
    """\
# | Cofnod y Trafodion / Record of Pro
# | Y Pwyllgor Tai / The Housing Commi
Llyr ap Gwilym <[speaking in Welsh]> | Thank you, Chair. I will begin wit
Siân O'Neill-Evans | Please do. I'd like to hear about
Llyr ap Gwilym <[speaking in Welsh]> | In the north, rents rose by a fift
Ana de la Cruz | May I add something?
Siân O'Neill-Evans | Of course.
Ana de la Cruz | In the ports it was worse: a third
李娜 | 我同意。
Олена Коваль | Я теж так думаю.
Siân O'Neill-Evans | Diolch. 李娜, would you like to say
李娜 | 房租太高了。
Олена Коваль | Так.
""",
)

SHAPES["right_to_left"] = (
    """\
المحاور: كيف كانت الأيام الأولى في العمل؟

مريم: كانت صعبة جداً. لم أعرف أحداً.

المحاور: ومن ساعدك؟

مريم: جارتي. قالت لي: تعالي كل يوم.

المحاور: شكراً لك.

מראיין: ומה עכשיו?

מרים: עכשיו טוב.

מראיין: תודה.
""",
    """\
المحاور | كيف كانت الأيام الأولى في العمل؟
مريم | كانت صعبة جداً. لم أعرف أحداً.
المحاور | ومن ساعدك؟
مريم | جارتي. قالت لي: تعالي كل يوم.
المحاور | شكراً لك.
מראיין | ומה עכשיו?
מרים | עכשיו טוב.
מראיין | תודה.
""",
)

SHAPES["editorial_notes"] = (
    """\
Transcript: panel of former pupils

Moderator: Let's start with the first school you remember.

Ines: It had a bell. [bell rings] Like that one.

[laughter]

Participants nod.

Kofi: Mine had (mic cuts out) and a pond.

(Pause)

Moderator: A pond?

Kofi: A pond. [inaudible 00:12:03] frogs.

<crosstalk>

*Ines and Kofi laugh*

Ines: We had no frogs.

((coughs))

Moderator: Did anybody else have frogs?

[Phone rings; Kofi leaves the room]

Ines: No frogs, no pond. Only the bell.

-- tape change --

Moderator: Thank you.

[END OF TRANSCRIPT]
""",
    """\
# | Transcript: panel of former pupils
Moderator | Let's start with the first school
Ines | It had a bell. [bell rings] Like t
(editorial note) | [laughter]
(editorial note) | Participants nod.
Kofi | Mine had (mic cuts out) and a pond
(editorial note) | (Pause)
Moderator | A pond?
Kofi | A pond. [inaudible 00:12:03] frogs
(editorial note) | <crosstalk>
(editorial note) | *Ines and Kofi laugh*
Ines | We had no frogs.
(editorial note) | ((coughs))
Moderator | Did anybody else have frogs?
(editorial note) | [Phone rings; Kofi leaves the room
Ines | No frogs, no pond. Only the bell.
(editorial note) | -- tape change --
Moderator | Thank you.
(editorial note) | [END OF TRANSCRIPT]
""",
)

SHAPES["joint_letter"] = (
    """\
Home About us News Contact
Skip to main content

Open letter: a fair deal for unpaid carers

12 October 2023

Dear Secretary of State,

We write as organisations that support unpaid carers across the four nations. This joint letter is sent by Carers Together, the Fairhaven Trust, Young Minds at Home and the Association of Day Centres.

Why now

One in nine people cares for somebody else.[1] Most of them also work:

- 61% are employed
  - two thirds of these full time
  - one third part time
- 14% have left a job in the past year

What we ask for

We ask the Government to:

1. Raise the allowance to the level of other benefits.
2. Give every carer a right to five days of paid leave, to be taken
as single days if they wish.
3. Publish a strategy by next spring.

Our members tell us the same story again and again: letters that nobody answers, forms that nobody reads.

We would welcome a meeting.

Yours sincerely,

Joan Pettifer, Chief Executive, Carers Together
Kwame Boateng, Director, Fairhaven Trust
Dr Isla Macrae, Chair, Young Minds at Home
Ravi Lal, Association of Day Centres

[1] Census 2021, table 12.

Share this:
Tweet this
Leave a comment
Privacy policy
Powered by LetterPress
""",
    """\
(page furniture) | Home About us News Contact
(page furniture) | Skip to main content
# | Open letter: a fair deal for unpai
(date) | 12 October 2023
(salutation) | Dear Secretary of State,
Authors of “Open letter: a fair deal for unpaid carers” | We write as organisations that sup
# | Why now
Authors of “Open letter: a fair deal for unpaid carers” | One in nine people cares for someb
Authors of “Open letter: a fair deal for unpaid carers” | 61% are employed
Authors of “Open letter: a fair deal for unpaid carers” | two thirds of these full time
Authors of “Open letter: a fair deal for unpaid carers” | one third part time
Authors of “Open letter: a fair deal for unpaid carers” | 14% have left a job in the past ye
# | What we ask for
Authors of “Open letter: a fair deal for unpaid carers” | We ask the Government to:
Authors of “Open letter: a fair deal for unpaid carers” <1.> | Raise the allowance to the level o
Authors of “Open letter: a fair deal for unpaid carers” <2.> | Give every carer a right to five d
Authors of “Open letter: a fair deal for unpaid carers” <3.> | Publish a strategy by next spring.
Authors of “Open letter: a fair deal for unpaid carers” | Our members tell us the same story
Authors of “Open letter: a fair deal for unpaid carers” | We would welcome a meeting.
(closing formula) | Yours sincerely,
(list of people) | Joan Pettifer, Chief Executive, Ca
(list of people) | Kwame Boateng, Director, Fairhaven
(list of people) | Dr Isla Macrae, Chair, Young Minds
(list of people) | Ravi Lal, Association of Day Centr
(footnote) | Census 2021, table 12.
(page furniture) | Share this:
(page furniture) | Tweet this
(page furniture) | Leave a comment
(page furniture) | Privacy policy
(page furniture) | Powered by LetterPress
@ Joan Pettifer / Chief Executive / Carers Together
@ Kwame Boateng / Director / Fairhaven Trust
@ Dr Isla Macrae / Chair / Young Minds at Home
@ Ravi Lal / - / Association of Day Centres
@ Carers Together / author / -
@ Fairhaven Trust / author / -
@ Young Minds at Home / author / -
@ Association of Day Centres / author / -
""",
)

SHAPES["letter"] = (
    """\
Hollybank Residents' Association
4 Hollybank, Crewe
Tel: 01270 000000

7 July 2021

To: The Planning Committee

Re: Application 21/0442

Dear Councillors,

We object to the plan for three reasons: noise, light and the oak.

The oak is older than the road. It has a name.

Please visit before you decide.

Yours faithfully,

Morag Bell
Secretary, Hollybank Residents' Association

cc: Tree Officer
""",
    """\
# | Hollybank Residents' Association
(letterhead) | 4 Hollybank, Crewe
(letterhead) | Tel: 01270 000000
(date) | 7 July 2021
(form field) | To: The Planning Committee
(form field) | Re: Application 21/0442
(salutation) | Dear Councillors,
Morag Bell | We object to the plan for three re
Morag Bell | The oak is older than the road. It
Morag Bell | Please visit before you decide.
(closing formula) | Yours faithfully,
(signature) | Morag Bell
(signature) | Secretary, Hollybank Residents' As
(signature) | cc: Tree Officer
""",
)

SHAPES["email"] = (
    """\
From: Petra Lindqvist
To: Working group
Date: 3 May 2022
Subject: Notes from the visit

Dear all,

Thank you for coming on Tuesday. Here is what I wrote down.

Objectives: see how the kitchen is run and talk to the cooks.

Note: two of us were late because of the train.

The cooks start at five. They said one thing above all: the ovens are too small. I agree with them.

Costs: nobody could tell us.

Next step: I will write to the county.

Best wishes,

Petra Lindqvist
Project Manager
""",
    """\
(form field) | From: Petra Lindqvist
(form field) | To: Working group
(form field) | Date: 3 May 2022
(form field) | Subject: Notes from the visit
(salutation) | Dear all,
Petra Lindqvist | Thank you for coming on Tuesday. H
Petra Lindqvist | Objectives: see how the kitchen is
Petra Lindqvist | Note: two of us were late because
Petra Lindqvist | The cooks start at five. They said
Petra Lindqvist | Costs: nobody could tell us.
Petra Lindqvist | Next step: I will write to the cou
(closing formula) | Best wishes,
(signature) | Petra Lindqvist
(signature) | Project Manager
""",
)

SHAPES["scrutiny_report"] = (
    """\
NORTHMOOR BOROUGH COUNCIL

Parks and Play Scrutiny Panel

Report of the review into playgrounds

March 2024

Contents

Chair's foreword ........................ 2
1 Introduction .......................... 3
2 What we found ......................... 4
3 Recommendations ....................... 6
Appendix A: Glossary .................... 8

Chair's foreword

I am proud to present this report. Children cannot wait for a perfect plan.

Councillor Sunita Rao
Chair of the Parks and Play Scrutiny Panel

1 Introduction

1.1 The Panel was set up in May 2023 to look at the borough's 41 playgrounds.

1.2 The Panel met six times. The Panel heard from:

(a) the head of parks;
(b) two friends' groups; and
(c) the Northmoor Disability Forum.

1.2.1 The Panel also visited eleven sites.

2 What we found

2.1 The Panel found that nine playgrounds have no equipment for disabled children.

Site\tAge\tLast repaired
Mill Lane\t14\t2019
The Rec\t22\t2016
Canal Walk\t3\t2022

2.2 The Panel was told that repairs take eleven weeks on average. The Panel learned that the contractor has one

Parks and Play Scrutiny Panel | 5

team for three boroughs.

2.3 The Panel considered whether the service should be brought in house. The Panel concluded that it should be tested.

3 Recommendations

Recommendation 1
That the Cabinet publishes a timetable for repairs.

Recommendation 2
That every new playground has at least two pieces of equipment for disabled children.

R3 That the contract is reviewed before it is renewed.

We recommend that the Cabinet reports back within six months.

Appendix A: Glossary

FoP – Friends of the Park
NDF – Northmoor Disability Forum
SLA – Service level agreement

Cabinet response

Response by Councillor Tom Brandt, Cabinet Member for Leisure

Recommendation 1: That the Cabinet publishes a timetable for repairs.

Agreed [x]
Partly agreed [ ]
Not agreed [ ]

The timetable will be on the website by June.

Recommendation 2: That every new playground has at least two pieces of equipment for disabled children.

Agreed ☐
Partly agreed ☑
Not agreed ☐

Where the site allows it.

Recommendation 3: That the contract is reviewed before it is renewed.

Agreed ☐ Partly agreed ☐ Not agreed ☒

The contract runs until 2027.
""",
    """\
# | NORTHMOOR BOROUGH COUNCIL
# | Parks and Play Scrutiny Panel
# | Report of the review into playgrou
(date) | March 2024
# | Contents
(contents) | Chair's foreword .................
(contents) | 1 Introduction ...................
(contents) | 2 What we found ..................
(contents) | 3 Recommendations ................
(contents) | Appendix A: Glossary .............
# | Chair's foreword
Councillor Sunita Rao | I am proud to present this report.
(signature) | Councillor Sunita Rao
(signature) | Chair of the Parks and Play Scruti
# | 1 Introduction
Parks and Play Scrutiny Panel <1.1> | The Panel was set up in May 2023 t
Parks and Play Scrutiny Panel <1.2> | The Panel met six times. The Panel
Parks and Play Scrutiny Panel <(a)> | the head of parks;
Parks and Play Scrutiny Panel <(b)> | two friends' groups; and
Parks and Play Scrutiny Panel <(c)> | the Northmoor Disability Forum.
Parks and Play Scrutiny Panel <1.2.1> | The Panel also visited eleven site
# | 2 What we found
Parks and Play Scrutiny Panel <2.1> | The Panel found that nine playgrou
- | Site Age Last repaired
- | Mill Lane 14 2019
- | The Rec 22 2016
- | Canal Walk 3 2022
Parks and Play Scrutiny Panel <2.2> | The Panel was told that repairs ta
(page furniture) | Parks and Play Scrutiny Panel | 5
Parks and Play Scrutiny Panel <2.3> | The Panel considered whether the s
# | 3 Recommendations
Parks and Play Scrutiny Panel <Recommendation 1> | That the Cabinet publishes a timet
Parks and Play Scrutiny Panel <Recommendation 2> | That every new playground has at l
Parks and Play Scrutiny Panel <R3> | That the contract is reviewed befo
Parks and Play Scrutiny Panel | We recommend that the Cabinet repo
# | Appendix A: Glossary
(glossary) | FoP – Friends of the Park
(glossary) | NDF – Northmoor Disability Forum
(glossary) | SLA – Service level agreement
# | Cabinet response
# | Response by Councillor Tom Brandt,
Parks and Play Scrutiny Panel <Recommendation 1> | That the Cabinet publishes a timet
Councillor Tom Brandt | Agreed [x]
(box not ticked) | Partly agreed [ ]
(box not ticked) | Not agreed [ ]
Councillor Tom Brandt | The timetable will be on the websi
Parks and Play Scrutiny Panel <Recommendation 2> | That every new playground has at l
(box not ticked) | Agreed ☐
Councillor Tom Brandt | Partly agreed ☑
(box not ticked) | Not agreed ☐
Councillor Tom Brandt | Where the site allows it.
Parks and Play Scrutiny Panel <Recommendation 3> | That the contract is reviewed befo
Councillor Tom Brandt | Agreed ☐ Partly agreed ☐ Not agree
Councillor Tom Brandt | The contract runs until 2027.
! response: Recommendation 1: agreed.
! response: Recommendation 2: partly agreed.
! response: Recommendation 3: not agreed.
= FoP / Friends of the Park
= NDF / Northmoor Disability Forum
= SLA / Service level agreement
""",
)

SHAPES["response_in_lines"] = (
    """\
Select Committee on Water: government response

Introduction

The Government is grateful to the Committee for its report of 3 March.

Conclusions and recommendations

Para 4: We recommend that the regulator publish its data each quarter.

Government response: Accept. The data will be published from April.

Para 9: We recommend a single duty of care.

Government response: Reject. The duty exists already.

1. (Paragraph 12) We recommend that fines be spent on rivers.

Accepted: Yes ☒ No ☐

2. (Paragraph 15) The Department should fund two more inspectors.

Accepted: Yes ☐ No ☒

Department for Rivers
May 2024

Abbreviations

CQW: Commission for Quality of Water
DfR: Department for Rivers
EA\tEnvironment Agency
""",
    """\
# | Select Committee on Water: governm
# | Introduction
- | The Government is grateful to the
# | Conclusions and recommendations
- <Para 4> | We recommend that the regulator pu
Government <Government response> | Accept. The data will be published
- <Para 9> | We recommend a single duty of care
Government <Government response> | Reject. The duty exists already.
- <1.> | (Paragraph 12) We recommend that f
- | Accepted: Yes ☒ No ☐
- <2.> | (Paragraph 15) The Department shou
- | Accepted: Yes ☐ No ☒
# | Department for Rivers
(date) | May 2024
# | Abbreviations
(glossary) | CQW: Commission for Quality of Wat
(glossary) | DfR: Department for Rivers
(glossary) | EA Environment Agency
! response: Para 4: accepted.
! response: Para 9: rejected.
! response: 1: accepted: Yes.
! response: 2: accepted: No.
! speaker unclear: Nobody is named as responding; comments below the boxes are nobody's.
= CQW / Commission for Quality of Water
= DfR / Department for Rivers
= EA / Environment Agency
""",
)

SHAPES["response_under_headings"] = (
    """\
The Government's response to the Committee's report on night buses

Introduction

We thank the Committee for its inquiry.

Recommendation 1

Night buses should run on every corridor with a hospital. (Paragraph 14)

Government response

We accept this recommendation. Guidance will be issued in the autumn.

Local authorities will be asked to report each year.

Recommendation 2

Fares at night should not be higher than fares by day. (Paragraph 22)

Government response

The Government does not accept this recommendation.

Recommendation 3

The Department should count who is left behind. (Paragraph 31)

Government response

Partially accept. A survey will be held.
""",
    """\
# | The Government's response to the C
# | Introduction
- | We thank the Committee for its inq
- <Recommendation 1> | Night buses should run on every co
# | Government response
Government | We accept this recommendation. Gui
Government | Local authorities will be asked to
- <Recommendation 2> | Fares at night should not be highe
# | Government response
Government | The Government does not accept thi
- <Recommendation 3> | The Department should count who is
# | Government response
Government | Partially accept. A survey will be
! response: Recommendation 1: accepted.
! response: Recommendation 2: not accepted.
! response: Recommendation 3: partially accepted.
""",
)

SHAPES["space_table"] = (
    """\
Review of day centres

Background

The council runs five day centres. We looked at each of them in the spring of last year.

Numbers

Centre            Places      Staff
Elm House         40          11
Ash House         25          7
Oak House         18          6

What we heard

People told us that the journey is too long. Carers said that it is the only break they have.

Abbreviations

DC = day centre
LA      Local authority
SW – Social worker
""",
    """\
# | Review of day centres
# | Background
- | The council runs five day centres.
# | Numbers
- | Centre Places Staff
- | Elm House 40 11
- | Ash House 25 7
- | Oak House 18 6
# | What we heard
- | People told us that the journey is
# | Abbreviations
(glossary) | DC = day centre
(glossary) | LA Local authority
(glossary) | SW – Social worker
= DC / day centre
= LA / Local authority
= SW / Social worker
""",
)

SHAPES["essay"] = (
    """\
On waiting rooms

Waiting rooms have one law: nobody speaks. There is a reason: everybody listens.

My grandmother called them stations: places one leaves.

Consider the chairs: they are bolted together. The magazines: older than the children who tear them. The clock: always right, always looked at.

There are three kinds of people in a waiting room: those who read, those who pretend to read and those who look at the door.

I belong to the third.
""",
    """\
# | On waiting rooms
- | Waiting rooms have one law: nobody
- | My grandmother called them station
- | Consider the chairs: they are bolt
- | There are three kinds of people in
- | I belong to the third.
""",
)

SHAPES["poem"] = (
    """\
The last bus

I wait
where the lamp
has no bulb

You wait
where the lamp
has no post

Somebody: nobody
waits
for the bus
""",
    """\
# | The last bus
- | I wait where the lamp has no bulb
- | You wait where the lamp has no pos
- | Somebody: nobody waits for the bus
""",
)

SHAPES["bullets"] = (
    """\
- The lift has been out of order since Easter.
- Two residents cannot leave their floor.
- The office says: next week.
- It has said so for nine weeks.
* A neighbour carries the shopping.
""",
    """\
- | The lift has been out of order sin
- | Two residents cannot leave their f
- | The office says: next week.
- | It has said so for nine weeks.
- | A neighbour carries the shopping.
""",
)

SHAPES["form_feeds"] = (
    """\
Report on wells

We dug three wells in the first year and found that the

3 | Minutes
\f
water was salt in two of them.

We closed those and went back to the first, which was

4 | Minutes
\f
better.

Then the rains came, and we wrote to the council about the

5 | Minutes
\f
road.
""",
    """\
# | Report on wells
- | We dug three wells in the first ye
(page furniture) | 3 | Minutes
- | We closed those and went back to t
(page furniture) | 4 | Minutes
- | Then the rains came, and we wrote
(page furniture) | 5 | Minutes
""",
)

SHAPES["prose_with_colons"] = (
    """\
What residents told us

Most people spoke of the lift. One woman said: "It is a cage." Her neighbour said: "It is a cupboard."

We asked the company. The company said: next week.

Conclusion: nothing has changed.

Recommendation: mend it.
""",
    """\
# | What residents told us
- | Most people spoke of the lift. One
- | We asked the company. The company
- | Conclusion: nothing has changed.
- | Recommendation: mend it.
""",
)


def _line(document: Segmentation, text: str, place: int) -> str:
    utterance = document.utterances[place]
    head = utterance.speaker or "-"
    if utterance.kind is UtteranceKind.HEADING:
        head = "#"
    elif not utterance.codable:
        head = f"({utterance.note})"
    label = f" <{utterance.label}>" if utterance.label and utterance.codable else ""
    words = " ".join(utterance.text_in(text).split())
    return f"{head}{label} | {words[:34].rstrip()}"


def _read(text: str) -> list[str]:
    found = segment(Reading(text))
    told = ("response", "speaker unclear", "same speaker?")
    return [
        *(_line(found, text, place) for place in range(len(found.utterances))),
        *(f"! {f.kind}: {f.message}" for f in found.findings if f.kind in told),
        *(f"@ {p.name} / {p.role or '-'} / {p.organisation or '-'}" for p in found.people),
        *(f"= {short} / {long}" for long, short in found.abbreviations),
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_read_exactly(shape: str) -> None:
    text, expected = SHAPES[shape]
    assert _read(text) == expected.splitlines()


@pytest.mark.parametrize("shape", SHAPES)
def test_windows_line_ends_make_no_difference(shape: str) -> None:
    text, expected = SHAPES[shape]
    assert _read(normalise(text.replace("\n", "\r\n"))) == expected.splitlines()


@pytest.mark.parametrize("unit", ["auto", "turn", "paragraph", "sentence"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_unit_loses_a_word_or_leaves_the_text(shape: str, unit: str) -> None:
    text, _ = SHAPES[shape]
    found = segment(Reading(text), unit)
    account = coverage(text, found.utterances, found.speakers)
    assert [text[a:b] for a, b in account.left_over] == []
    assert account.is_complete
    assert [u.position for u in found.utterances] == list(range(1, len(found.utterances) + 1))
    starts = [u.start for u in found.utterances]
    assert starts == sorted(starts)
    assert all(0 <= u.start < u.end <= len(text) for u in found.utterances)
    assert {s.name for s in found.speakers} == {u.speaker for u in found.utterances} - {None}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_printed_label_stays_with_the_first_piece(shape: str) -> None:
    text, _ = SHAPES[shape]
    whole = [u.label for u in segment(Reading(text)).utterances if u.label]
    for unit in ("paragraph", "sentence"):
        assert [u.label for u in segment(Reading(text), unit).utterances if u.label] == whole


def test_a_rare_misprint_of_the_one_who_asks_is_called_very_likely() -> None:
    asked = ("What do you think?", "And you?", "Why is that?", "Could you say more?", "Thank you.")
    turns = [
        f"Rosalind Whitcombe: {words}\n\nPerson A: It is a matter of money." for words in asked
    ]
    found = segment(Reading("\n\n".join([*turns, "Rosalind Witcombe: We close here."])))
    (finding,) = [f for f in found.findings if f.kind == "same speaker?"]
    assert "very likely a misprint" in finding.message
    assert finding.position == len(found.utterances)
    assert [s.name for s in found.speakers if s.is_moderator] == ["Rosalind Whitcombe"]


_LINES = [line for text, _ in SHAPES.values() for line in text.split("\n")]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(_LINES), max_size=25), st.sampled_from(UNITS))
def test_lines_of_all_shapes_in_any_order_lose_no_word(lines: list[str], unit: str) -> None:
    text = "\n".join(lines)
    found = segment(Reading(text), unit)
    assert coverage(text, found.utterances, found.speakers).is_complete
    assert [u.position for u in found.utterances] == list(range(1, len(found.utterances) + 1))
    assert all(0 <= u.start < u.end <= len(text) for u in found.utterances)


@pytest.mark.parametrize(
    "text",
    [
        "Cornwall: the sea is cold.\n\nDevon: so is the tea.\n\nKent: neither.\n",
        "Monday: we walked.\n\nTuesday: it rained.\n\nWednesday: we walked again.\n",
        "- Pay: low.\n- Rota: late.\n- Pay: still low.\n- Leave: none.\n",
        "Evidence suggested that pay is low.\n\nHunger hit the town.\n\nWe left early.\n",
    ],
)
def test_what_only_looks_like_speakers_is_nobodys(text: str) -> None:
    assert {u.speaker for u in segment(Reading(text)).utterances} == {None}


@dataclass(frozen=True)
class _Load:
    name: str
    text: str


@pytest.mark.parametrize(
    "load",
    [
        _Load("short lines", "\n".join(f"Rota {n % 97} for pay" for n in range(60_000))),
        _Load("spaced lines", "\n\n".join(f"They said pay {n % 89}" for n in range(60_000))),
        _Load("clauses", "Ann Lee said so; Bo Day replied, and Cy Orr asked, " * 400),
        _Load("a list", "Present: " + ", ".join(f"Ab C{chr(97 + n % 26)}d" for n in range(2000))),
        _Load("boxes", "☐ Yes ☒ No " * 4000),
        _Load("brackets", "([{<" * 20_000),
    ],
    ids=lambda load: load.name,
)
def test_a_load_that_could_take_for_ever_is_segmented(load: _Load) -> None:
    assert segment(Reading(load.text)).utterances

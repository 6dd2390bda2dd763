//! The words of the invented council of Thornmere. Nobody and nothing here is real.

use crate::domain::committee::CommitteeKind;

/// A committee: code, name, kind, weeks between meetings, days after 8 May of its first meeting, hour, place.
pub(super) type Body = (
    &'static str,
    &'static str,
    CommitteeKind,
    i64,
    i64,
    u32,
    &'static str,
);

pub(super) const BODIES: [Body; 6] = [
    (
        "TBC",
        "Thornmere Borough Council",
        CommitteeKind::Council,
        8,
        6,
        19,
        "Council Chamber, Thornmere Town Hall",
    ),
    (
        "CAB",
        "Cabinet",
        CommitteeKind::Cabinet,
        4,
        1,
        18,
        "Larch Room, Thornmere Town Hall",
    ),
    (
        "CFS",
        "Children and Families Scrutiny Committee",
        CommitteeKind::Committee,
        6,
        4,
        14,
        "Committee Room 2, Thornmere Town Hall",
    ),
    (
        "HTC",
        "Highways and Transport Committee",
        CommitteeKind::Committee,
        5,
        8,
        10,
        "Committee Room 1, Thornmere Town Hall",
    ),
    (
        "AGP",
        "Audit and Governance Panel",
        CommitteeKind::Panel,
        9,
        12,
        17,
        "Larch Room, Thornmere Town Hall",
    ),
    (
        "HWB",
        "Health and Wellbeing Board",
        CommitteeKind::Board,
        8,
        15,
        13,
        "Wellspring Centre, Mill Lane",
    ),
];

/// A post: title, directorate, present holder, the subject of the holder's tokens.
pub(super) type Office = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

/// The post that the demonstration's officer holds.
pub(super) const HIGHWAYS: usize = 0;
/// Renamed in the second year.
pub(super) const RENAMED: usize = 1;
/// Vacant since the first year.
pub(super) const VACANT: usize = 2;
/// Ended in the second year, with a successor.
pub(super) const ENDED: usize = 3;
/// The successor of [`ENDED`].
pub(super) const SUCCESSOR: usize = 4;
/// Held by somebody acting.
pub(super) const ACTING: usize = 5;

pub(super) const OFFICES: [Office; 14] = [
    (
        "Head of Highways",
        "Place",
        "Odalys Fenwright",
        Some("demo-officer"),
    ),
    (
        "Director of Environment",
        "Place",
        "Barnaby Quillfeather",
        Some("b.quillfeather"),
    ),
    ("Head of Planning Policy", "Place", "Tamsin Arkwold", None),
    (
        "Head of Customer Services",
        "Corporate Resources",
        "Idris Penhallet",
        None,
    ),
    (
        "Head of Digital and Customer Experience",
        "Corporate Resources",
        "Idris Penhallet",
        None,
    ),
    (
        "Head of Adult Social Care",
        "Adults and Health",
        "Marguerite Oxenholt",
        None,
    ),
    (
        "Director of Children and Family Services",
        "Children and Families",
        "Leopold Washbrook-Tate",
        Some("l.washbrook"),
    ),
    (
        "Head of School Improvement",
        "Children and Families",
        "Zaynab Thirlby",
        Some("z.thirlby"),
    ),
    (
        "Head of Early Help",
        "Children and Families",
        "Corin Adlestrow",
        Some("c.adlestrow"),
    ),
    (
        "Director of Finance",
        "Corporate Resources",
        "Philippa Stanwardine",
        Some("p.stanwardine"),
    ),
    (
        "Head of Law and Governance",
        "Corporate Resources",
        "Anselm Greatbatch-Roe",
        Some("a.greatbatch"),
    ),
    (
        "Head of Internal Audit",
        "Corporate Resources",
        "Nkechi Marlowell",
        Some("n.marlowell"),
    ),
    (
        "Director of Public Health",
        "Adults and Health",
        "Rosalind Tverberg",
        Some("r.tverberg"),
    ),
    (
        "Head of Property and Estates",
        "Place",
        "Gethin Oakshott-Vale",
        Some("g.oakshott"),
    ),
];

pub(super) const HIGHWAY_TOPICS: [(&str, &str); 9] = [
    (
        "Pothole repairs in Ashcombe and Netherfold",
        "publish the ward-by-ward backlog of pothole repairs and a programme to clear it",
    ),
    (
        "School streets pilot",
        "report on the first two terms of the school streets pilot at Millrace Primary",
    ),
    (
        "Winter service plan",
        "review the gritting routes for the upper villages with the parish councils",
    ),
    (
        "Larkhill roundabout",
        "commission a road safety audit of the Larkhill roundabout",
    ),
    (
        "Residents' parking in the Old Quarter",
        "consult residents of the Old Quarter on revised permit zones",
    ),
    (
        "Bus stop accessibility",
        "bring forward a costed plan for raised kerbs at the thirty busiest bus stops",
    ),
    (
        "Utility works permits",
        "write to the utility companies about works that overran without a permit",
    ),
    (
        "Street lighting conversion",
        "set out the savings achieved by the conversion of street lamps to LED",
    ),
    (
        "Footbridge at Sallow Mill",
        "obtain estimates for replacing the footbridge at Sallow Mill",
    ),
];

pub(super) const CHILDREN_TOPICS: [(&str, &str); 9] = [
    (
        "Education, health and care plans",
        "provide figures for plans issued within twenty weeks, by quarter",
    ),
    (
        "School attendance",
        "circulate the attendance strategy to all members of the committee",
    ),
    (
        "Foster carer recruitment",
        "report on the results of the foster carer recruitment campaign",
    ),
    (
        "Youth hubs",
        "arrange a visit by members to the youth hubs at Fenwick Road and Hollin Green",
    ),
    (
        "Early help front door",
        "review waiting times at the early help front door",
    ),
    (
        "Care leavers' housing offer",
        "agree with the housing associations a protocol for care leavers",
    ),
    (
        "School place planning",
        "publish a revised forecast of secondary school places",
    ),
    (
        "Speech and language therapy",
        "set out how the speech and language waiting list will be reduced",
    ),
    (
        "Holiday activities programme",
        "evaluate take-up of the holiday activities programme by ward",
    ),
];

pub(super) const CORPORATE_TOPICS: [(&str, &str); 12] = [
    (
        "Treasury management outturn",
        "include a comparison with neighbouring authorities in the next outturn report",
    ),
    (
        "Internal audit progress",
        "confirm that the high-priority recommendations on payroll have been implemented",
    ),
    (
        "Corporate risk register",
        "add the failure of a major supplier to the corporate risk register",
    ),
    (
        "Complaints and compliments",
        "provide a breakdown of upheld complaints by service",
    ),
    (
        "Procurement of the leisure contract",
        "prepare options for the re-letting of the leisure contract",
    ),
    (
        "Members' allowances",
        "convene the remuneration panel to review the scheme of allowances",
    ),
    (
        "Climate action plan",
        "report annually on emissions from the council's own estate",
    ),
    (
        "Digital inclusion",
        "map the public access computers that remain in libraries",
    ),
    (
        "Town hall repairs",
        "bring a full business case for the repair of the town hall roof",
    ),
    (
        "Information governance",
        "ensure that every member has completed data protection training",
    ),
    (
        "Budget monitoring",
        "explain the variance on agency staff in the next monitoring report",
    ),
    (
        "Local plan timetable",
        "publish an updated timetable for the local plan",
    ),
];

pub(super) const HEALTH_TOPICS: [(&str, &str); 8] = [
    (
        "Hospital discharge",
        "report on delayed discharges over the winter and the lessons learned",
    ),
    (
        "Dental access",
        "invite the commissioner of dental services to address the board",
    ),
    (
        "Carers' strategy",
        "draft a carers' strategy together with the Carers' Forum",
    ),
    (
        "Falls prevention",
        "extend the falls prevention classes to the rural wards",
    ),
    (
        "Suicide prevention plan",
        "refresh the multi-agency suicide prevention plan",
    ),
    (
        "Vaccination uptake",
        "set out actions to raise uptake in the three wards with the lowest rates",
    ),
    (
        "Air quality",
        "install monitors outside the four schools on the ring road",
    ),
    (
        "Mental health in schools",
        "map the mental health support teams against need",
    ),
];

/// What a committee discusses: its topics, as item title and what is asked for, and the posts that are asked.
pub(super) type Agenda = (&'static [(&'static str, &'static str)], &'static [usize]);

/// The agendas of [`BODIES`].
pub(super) const AGENDAS: [Agenda; 6] = [
    (&CORPORATE_TOPICS, &[10, 9, RENAMED, 13, HIGHWAYS]),
    (&CORPORATE_TOPICS, &[9, ENDED, 13, RENAMED, HIGHWAYS, 10]),
    (&CHILDREN_TOPICS, &[6, 7, 8]),
    (&HIGHWAY_TOPICS, &[HIGHWAYS, HIGHWAYS, RENAMED, VACANT]),
    (&CORPORATE_TOPICS, &[11, 9, 10, ENDED]),
    (&HEALTH_TOPICS, &[12, ACTING, 12, 8]),
];

pub(super) const STARTED: [&str; 5] = [
    "Scoping is complete and a lead officer has been named.",
    "First draft prepared; comments are awaited from finance.",
    "Work has begun with partners and a timetable has been agreed.",
    "Data have been requested from the service and half have arrived.",
    "A working group has met twice.",
];

pub(super) const REPORTED: [&str; 5] = [
    "Two of the four wards have answered; the others were reminded.",
    "The draft is with legal services, who expect to answer within a fortnight.",
    "Site visits are finished and the findings are being written up.",
    "The budget holder has agreed; the order follows this month.",
    "Members were briefed, and two questions of theirs are being answered.",
];

pub(super) const DONE: [&str; 4] = [
    "The report was completed and circulated to members.",
    "The work was carried out and signed off by the service.",
    "The letter was sent and a reply received; both are on the committee's page.",
    "The plan was published on the council's website.",
];

pub(super) const LATE: [&str; 4] = [
    "The supplier's figures arrived late and need to be checked.",
    "The consultation was extended at the request of parish councils.",
    "Staff were redeployed to the flood response.",
    "The national guidance on which this depends has been put back.",
];

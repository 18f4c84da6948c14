use crate::{Member, find, years};
use probe::{Draw, Record};

fn members(draw: &mut Draw) -> Vec<Member> {
    draw.vec(1..6, |draw| Member { name: draw.word(), since: draw.int(1990..2020) })
}

pub fn found(draw: &mut Draw, record: &mut Record) {
    let members = members(draw);
    let name = if draw.bool() { members[members.len() - 1].name.clone() } else { draw.word() };
    let found: Result<(String, u32), String> = find(&members, &name).map(|member| (member.name.clone(), member.since));
    record.value("found", &found);
}

pub fn membership(draw: &mut Draw, record: &mut Record) {
    let members = members(draw);
    let known: Result<u32, String> = years(&members, &members[0].name, draw.int(1990..2020));
    let unknown: Result<u32, String> = years(&members, "nobody", 2020);
    record.value("years", &(known, unknown));
}

/// The years before, of, and after the entry of the first of two members with one name.
pub fn edges(draw: &mut Draw, record: &mut Record) {
    let (name, since): (String, u32) = (draw.word(), draw.int(1990..2020));
    let member = |since: u32| Member { name: name.clone(), since };
    let members = [Member { name: "nobody".to_string(), since: 1980 }, member(since), member(since + draw.int(3..9))];
    let first: Result<u32, String> = find(&members, &name).map(|member| member.since);
    let around: [Result<u32, String>; 3] = [since - 1, since, since + 1].map(|year| years(&members, &name, year));
    record.value("edges", &(first, around));
}

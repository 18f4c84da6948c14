//! A register of members.

/// A member with the year of entry.
#[derive(Debug, PartialEq)]
pub struct Member {
    pub name: String,
    pub since: u32,
}

/// The member called `name`, the first one of several; the error is `no member called NAME`.
pub fn find<'a>(members: &'a [Member], name: &str) -> Result<&'a Member, String> {
    members.iter().find(|member| member.name == name)
}

/// The years of membership by `year`; the error of `find` is passed on, and a member of a later year has `not yet a member`.
pub fn years(members: &[Member], name: &str, year: u32) -> Result<u32, String> {
    let member = find(members, name)?;
    year.checked_sub(member.since)
}

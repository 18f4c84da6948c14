//! Invitations for a list of guests.

/// An invitation as it is printed.
pub struct Invitation {
    pub guest: String,
    pub text: String,
}

impl Invitation {
    /// Joins the greeting and the guest's name: `GREETING, NAME`.
    pub fn new(guest: &str, greeting: &str) -> Self {
        let text = greeting.to_string() + ", " + guest;
        Invitation { guest: guest.to_string(), text }
    }
}

/// One invitation a guest, all with the same greeting, in the order of the guests.
pub fn invite(guests: &[String], greeting: String) -> Vec<Invitation> {
    let mut invitations = Vec::new();
    for guest in guests {
        invitations.push(Invitation::new(guest, &greeting));
    }
    invitations
}

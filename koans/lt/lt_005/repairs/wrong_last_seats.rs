//! Seats of a small theatre.

/// A hall with numbered seats; `None` is a free one.
pub struct Hall {
    pub seats: Vec<Option<String>>,
}

impl Hall {
    /// Seats a party together or not at all: with fewer free seats than guests nothing changes and the answer is false.
    /// The guests take the first free seats in their order.
    pub fn seat(&mut self, guests: &[String]) -> bool {
        let places: Vec<&mut Option<String>> =
            self.seats.iter_mut().rev().filter(|seat| seat.is_none()).take(guests.len()).collect();
        if places.len() < guests.len() {
            return false;
        }
        for (place, guest) in places.into_iter().zip(guests) {
            *place = Some(guest.clone());
        }
        true
    }
}

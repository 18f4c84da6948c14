//! A hand of cards.

/// The suits, from low to high.
#[derive(Clone, Copy, Debug)]
pub enum Suit {
    Clubs,
    Hearts,
    Spades,
}

/// A card with its suit and its rank.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    pub suit: Suit,
    pub rank: u8,
}

/// How many cards of the hand are followed by a card that is the same in suit and rank.
pub fn repeats(hand: &[Card]) -> usize {
    let mut found = 0;
    for pair in hand.windows(2) {
        if pair[0] == pair[1] {
            found += 1;
        }
    }
    found
}

/// The sum of the ranks of one suit.
pub fn points(hand: &[Card], suit: Suit) -> u32 {
    hand.iter().filter(|card| card.suit as u8 == suit as u8).map(|card| u32::from(card.rank)).sum()
}

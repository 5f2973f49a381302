//! An explanation as plain text for a terminal.

use std::fmt;

use super::Uitleg;

impl fmt::Display for Uitleg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.zin)?;
        for p in &self.poorten {
            let mark = match p.uitkomst {
                "voldaan" => "✓",
                "faalt" => "✗",
                "onthoudt" => "−",
                _ => "·",
            };
            writeln!(
                f,
                " {mark} {:>2} {:<22} {} [{}]",
                p.nummer, p.poort, p.gevonden, p.artikel
            )?;
            if p.uitkomst == "faalt" {
                writeln!(f, "      {}", p.vereist)?;
            }
        }
        if let Some(g) = &self.grondslag {
            writeln!(f, "\n   {g}")?;
        }
        for g in &self.paden {
            let bijdrage = g.bijdrage.map_or(String::new(), |n| format!(" (bijdrage {})", n + 1));
            let because = [&g.regel, &g.reden]
                .into_iter()
                .filter(|s| !s.is_empty())
                .cloned()
                .collect::<Vec<_>>();
            writeln!(f, "\n   {}{bijdrage}: {} [{}]", g.actie, because.join(", "), g.artikel)?;
            for pad in &g.paden {
                writeln!(f, "     {pad}")?;
            }
        }
        write!(
            f,
            "\n   regelboek {} · {}",
            self.regelboek.get(..12).unwrap_or(&self.regelboek),
            self.dag
        )
    }
}

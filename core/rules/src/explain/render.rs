//! An explanation as plain text for a terminal.

use std::fmt;

use super::{Taal, Uitleg};

impl fmt::Display for Uitleg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nl = matches!(self.taal, Taal::Nl);
        let say = |a: &'static str, b: &'static str| if nl { a } else { b };
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
        for w in &self.wetsvoorstellen {
            let stand = if w.aan { say("aan", "on") } else { say("uit", "off") };
            writeln!(f, "\n   {} {} ({stand}): {}", say("wetsvoorstel", "bill"), w.id, w.naam)?;
        }
        for g in &self.paden {
            let part = say("bijdrage", "contribution");
            let bijdrage = g.bijdrage.map_or(String::new(), |n| format!(" ({part} {})", n + 1));
            let done = match g.actie.as_str() {
                "doorgelaten" => say("doorgelaten", "passed"),
                "gegeneraliseerd" => say("gegeneraliseerd", "made less precise"),
                _ => say("weggelaten", "left out"),
            };
            let because = [&g.regel, &g.reden]
                .into_iter()
                .filter(|s| !s.is_empty())
                .cloned()
                .collect::<Vec<_>>();
            writeln!(f, "\n   {done}{bijdrage}: {} [{}]", because.join(", "), g.artikel)?;
            for pad in &g.paden {
                writeln!(f, "     {pad}")?;
            }
        }
        self.helps(f, say)?;
        write!(
            f,
            "\n   {} {} · {}",
            say("regelboek", "rulebook"),
            self.regelboek.get(..12).unwrap_or(&self.regelboek),
            self.dag
        )
    }
}

impl Uitleg {
    fn helps(
        &self,
        f: &mut fmt::Formatter<'_>,
        say: impl Fn(&'static str, &'static str) -> &'static str,
    ) -> fmt::Result {
        let blocked = self.uitkomst == "geblokkeerd";
        if self.wat_zou_helpen.is_empty() {
            return if blocked {
                writeln!(
                    f,
                    "\n   {}",
                    say(
                        "Wat zou helpen: geen feit dat nog ontbreekt, verandert dit besluit.",
                        "What would help: no fact that is missing changes this decision."
                    )
                )
            } else {
                Ok(())
            };
        }
        let title = if blocked {
            say("Wat zou helpen:", "What would help:")
        } else {
            say("Er gaat meer door als:", "More passes if:")
        };
        writeln!(f, "\n   {title}")?;
        for hulp in &self.wat_zou_helpen {
            writeln!(f, "     - {} [{}]", hulp.wat, hulp.artikel)?;
        }
        Ok(())
    }
}

//! Every page, in both languages, held to the promises of [`super`].

mod html;
mod samples;
mod samples_care;
mod samples_limits;
mod samples_patient;
mod samples_permission;
mod sentences;

use super::shared::assets::{LOGO, STYLESHEET};
use super::shared::frame::Lang;
use html::faults;

/// Every sample page: file name and what was rendered.
fn pages(lang: Lang) -> Vec<(&'static str, String)> {
    let mut pages = samples::pages(lang);
    pages.extend(samples_patient::pages(lang));
    pages.extend(samples_permission::pages(lang));
    pages.extend(samples_care::pages(lang));
    pages.into_iter().map(|(name, page)| (name, page.expect(name))).collect()
}

#[test]
fn every_page_is_well_formed_accessible_safe_and_in_plain_words() {
    let mut all = Vec::new();
    for lang in [Lang::Nl, Lang::En] {
        for (name, page) in pages(lang) {
            let found = faults(&page, lang == Lang::Nl);
            all.extend(found.into_iter().map(|fault| format!("{name} ({}): {fault}", lang.code())));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn the_checker_finds_what_it_looks_for() {
    let page = |body: &str| {
        format!(
            "<!DOCTYPE html><html lang=\"nl\"><head><title>t</title></head><body><a href=\"#main\">x</a>\
             <header>h</header><main id=\"main\"><h1>k</h1>{body}</main><footer>f</footer></body></html>"
        )
    };
    assert_eq!(faults(&page(""), true), Vec::<String>::new());
    for bad in [
        "<p>",
        "<p style=\"color:red\">x</p>",
        "<button onclick=\"x()\">x</button>",
        "<script>x</script>",
        "<a href=\"https://elsewhere.example\">x</a>",
        "<a href=\"//elsewhere.example\">x</a>",
        "<a href=\"tel:javascript\">x</a>",
        "<form method=\"post\" action=\"/x\"></form>",
        "<input id=\"x\" name=\"x\" type=\"text\">",
        "<h3>x</h3><h2>x</h2><h1>x</h1>",
        "<p>een FHIR bundle</p>",
        "<p id=\"main\">x</p>",
        "<p aria-describedby=\"gone\">x</p>",
    ] {
        assert!(!faults(&page(bad), true).is_empty(), "{bad}");
    }
}

#[test]
fn what_people_type_is_escaped() {
    let mut model = samples::login(Lang::Nl);
    model.username = "\"><script>alert(1)</script>".to_owned();
    let page = super::shared::login::page(&model).unwrap_or_default();
    assert!(!page.contains("<script"));
    assert!(page.contains("alert(1)"));
}

#[test]
fn both_languages_say_something_different_on_every_page() {
    for ((name, dutch), (_, english)) in pages(Lang::Nl).into_iter().zip(pages(Lang::En)) {
        assert_ne!(dutch, english, "{name}");
    }
}

#[test]
fn the_text_colours_have_enough_contrast_in_light_and_dark() {
    let pairs = [
        ("ink", "paper"),
        ("ink", "card"),
        ("ink", "tint"),
        ("quiet", "paper"),
        ("quiet", "card"),
        ("quiet", "tint"),
        ("brand", "paper"),
        ("brand", "card"),
        ("brand", "tint"),
        ("on-brand", "brand"),
        ("on-brand", "brand-deep"),
        ("on-sun", "sun"),
        ("good", "good-paper"),
        ("good", "card"),
        ("bad", "bad-paper"),
        ("bad", "card"),
        ("bad", "paper"),
        ("on-bad", "bad"),
        ("warn", "warn-paper"),
        ("ink", "warn-paper"),
        ("ink", "bad-paper"),
        ("quiet", "bad-paper"),
        ("on-hero", "hero"),
    ];
    let (light, dark) = STYLESHEET.split_once("@media (prefers-color-scheme: dark)").unwrap_or_default();
    let dark = dark.split_once("}\n}").unwrap_or_default().0;
    for sheet in [light, dark] {
        for (front, back) in pairs {
            let colour = |name: &str| token(sheet, name).or_else(|| token(light, name)).expect(name);
            let ratio = contrast(colour(front), colour(back));
            assert!(ratio >= 4.5, "{front} on {back}: {ratio:.2}");
        }
        let colour = |name: &str| token(sheet, name).or_else(|| token(light, name)).expect(name);
        assert!(contrast(colour("edge"), colour("card")) >= 3.0);
    }
}

#[test]
fn stylesheet_and_logo_load_nothing() {
    for (name, file) in [("spil.css", STYLESHEET), ("spil.svg", LOGO)] {
        for bad in ["url(", "@import", "<script", "<style", "style=", "https://"] {
            assert!(!file.contains(bad), "{name}: {bad}");
        }
    }
}

fn token(sheet: &str, name: &str) -> Option<[f64; 3]> {
    let (_, rest) = sheet.split_once(&format!("--{name}: #"))?;
    let part = |at: usize| u8::from_str_radix(rest.get(at..at + 2)?, 16).ok().map(f64::from);
    Some([part(0)?, part(2)?, part(4)?])
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let light = |colour: [f64; 3]| {
        let [red, green, blue] = colour.map(|part| {
            let part = part / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, other) = (light(one) + 0.05, light(other) + 0.05);
    one.max(other) / one.min(other)
}

/// Writes every page to the folder named by `SPIL_PAGES`, to be looked at.
#[test]
fn pages_can_be_written_out_to_look_at() {
    let Some(folder) = std::env::var_os("SPIL_PAGES") else {
        return;
    };
    let folder = std::path::Path::new(&folder);
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(path, text))
    };
    write("static/spil.css", STYLESHEET).expect("the stylesheet");
    write("static/spil.svg", LOGO).expect("the logo");
    for lang in [Lang::Nl, Lang::En] {
        for (name, page) in pages(lang) {
            let page = page.replace("\"/static/", "\"static/");
            write(&format!("{name}.{}.html", lang.code()), &page).expect(name);
        }
    }
}

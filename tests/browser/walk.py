"""The story of an integration in Chromium, a chapter a method, a return and a failed scenario among them."""

from __future__ import annotations

import re

from milestones.demo import a_pdf
from milestones.mails import sending
from milestones.models import Integration
from tests.browser.person import Person

PDF = a_pdf()
NOT_FOLLOWED = r"/documents/|/scenarios/|^/catalogue/.|^/mail/.|^/integrations/\?(.*&|sort=)"
"""Many of a kind; of the portfolio, each view and each shape is seen once, and not in every order."""


class Walk:
    """The story, a chapter a method. Kari is project manager, contract manager and business owner; Terje builds."""

    def __init__(self, staff: Person, manager: Person, lead: Person) -> None:
        self.staff, self.manager, self.lead = staff, manager, lead
        self.home = ""

    def intake(self) -> None:
        self.staff.sign_in("ingrid@digipost.example")
        self.staff.go("/integrations/new/")
        self._the_one_who_needs_no_integration()
        self._a_wrong_number_stands_by_its_field()
        self.staff.fill("Organisation number", "984 661 185")
        self.staff.press("Create the integration")
        self.home = re.sub(r"^https?://[^/]+", "", self.staff.page.url)
        assert re.fullmatch(r"/i/[A-Z]{4}-\d{3}/", self.home)
        self.manager.accept_invitation("kari@fjordvik.example")

    def _the_one_who_needs_no_integration(self) -> None:
        self.staff.choose("Through a partner")
        self.staff.press("Create the integration")
        self.staff.sees("No integration of your own is needed")
        assert not Integration.objects.exists()
        self.staff.go("/integrations/new/")

    def _a_wrong_number_stands_by_its_field(self) -> None:
        self.staff.choose("Directly", "A sender")
        self.staff.fill("Organisation number", "984661186")
        self.staff.fill("The organisation's name", "Fjordvik kommune")
        self.staff.fill("What shall we call the integration?", "Saksbehandlingsbrevutsendelsestjenesten")
        self.staff.fill("The project manager's name", "Kari Prosjekt")
        self.staff.fill("The project manager's e-mail", "kari@fjordvik.example")
        self.staff.press("Create the integration", status=422)
        self.staff.sees("This is no organisation number")
        assert self.staff.page.get_by_label("The organisation's name").input_value() == "Fjordvik kommune"

    def milestone_1(self) -> None:
        self._people()
        self._agreement()
        self.manager.go(self.home + "services/")
        for group in self.manager.page.locator("main fieldset").all():
            choice = "Do not use" if "Print" in group.inner_text() else "Use"
            self.manager.tick(group.get_by_label(choice, exact=True))
        for service in ("SMS notice", "E-mail notice", "Opening receipt"):
            self.manager.fill(f"{service}: how or when?", "Til alle mottakere")
        self.manager.press("Save the decisions")
        self.staff.go(self.home + "accounts/")
        self.staff.fill("Test account id", "500123")
        self.staff.fill("Production account id", "700456")
        self.staff.press("Save the account ids")
        self._submit_and_approve(1)

    def _people(self) -> None:
        self.manager.go(self.home + "people/")
        self.manager.fill("Name", "Terje Teknisk")
        self.manager.fill("E-mail address", "terje@fjordvik.example")
        self.manager.choose("Technical lead")
        self.manager.press("Invite")
        self.manager.follow(self.manager.page.get_by_role("link", name="Kari Prosjekt"))
        self.manager.choose("Project manager", "Contract manager", "Business owner")
        self.manager.press("Save the roles")
        self.lead.accept_invitation("terje@fjordvik.example")

    def _agreement(self) -> None:
        self.staff.go(self.home + "accounts/")
        self.staff.sees("Cannot start yet")
        self.manager.go(self.home + "agreement/")
        self.manager.fill("Signed by", "Kari Prosjekt")
        self.manager.fill("Signed on", "2026-01-15")
        self.manager.attach("The signed document", "avtale.pdf", b"MZ\x90\x00\x03" + b"\x80\x81\x8f\x05\x06" * 40)
        self.manager.press("Record the agreement", status=422)
        self.manager.sees("Only PDF, PNG, JPEG and plain text")
        self.manager.attach("The signed document", "avtale.pdf", PDF)
        self.manager.press("Record the agreement")
        self.staff.go(self.home + "agreement/")
        self.staff.follow(self.staff.page.locator("main .rows a").first)
        self.staff.press("Verify the agreement")

    def milestone_2_with_a_return(self) -> None:
        self._check_off("2.1")
        self._kickoff()
        self._solution()
        self._plan()
        self._check_off("2.3")
        self.lead.go(self.home + "milestones/2/")
        self.lead.press("Submit for approval")
        self.staff.go(self.home + "milestones/2/")
        self.staff.open("Return it")
        self.staff.press("Return", status=422)
        self.staff.fill("Reason", "Løsningsbeskrivelsen sier ikke hva som skjer med reserverte mottakere.")
        self.staff.press("Return")
        self._reminders()
        self.lead.go(self.home)
        self.lead.sees("reserverte mottakere")
        self._submit_and_approve(2, answer="Reserverte mottakere får brevet på papir.")

    def _check_off(self, code: str) -> None:
        self.lead.go(f"{self.home}checklist/{code}/")
        self.lead.press("Check off")

    def _kickoff(self) -> None:
        self.lead.go(self.home + "meetings/")
        self.lead.fill("Date", "2026-02-01")
        self.lead.choose("Kari Prosjekt", "Terje Teknisk", "Ingrid Onboarding")
        self.lead.fill("Others for the sender", "Per Vikar")
        self.lead.attach("Minutes as a document", "referat.txt", b"Vi ble enige om planen.")
        self.lead.press("Record the meeting")

    def _solution(self) -> None:
        self.lead.go(self.home + "solution/")
        self.lead.fill("How recipients are identified", "Fødselsnummer")
        self.lead.fill("How documents are sent", "Kø og tjeneste")
        self.lead.choose("API and batch")
        self.lead.fill("Internal systems that change", "Sak- og arkivsystemet")
        self.lead.choose("Letter", "Invoice")
        self.lead.press("Save the description")

    def _plan(self) -> None:
        self.manager.go(self.home + "plan/")
        self.manager.press("Propose these dates")
        self._digipost_agrees("plan", "Agree to these dates")

    def _digipost_agrees(self, page: str, button: str) -> None:
        """The sender has agreed by proposing."""
        self.staff.go(f"{self.home}{page}/")
        self.staff.press(button)

    def milestone_3_with_a_failed_scenario(self) -> None:
        self.lead.go(self.home + "scenarios/")
        self.lead.press("Add the basic scenarios")
        self._digipost_agrees("scenarios", "Agree to this set")
        codes = self._run_all("scenarios")
        assert len(codes) > 15
        self._open_production()
        self._run("scenarios", codes[0], "Failed", "Kallet svarte 500.")
        self.staff.go(self.home + "verification/")
        self.staff.sees("The approval was withdrawn")
        self.lead.go(self.home + "milestones/3/")
        self.lead.sees("The latest run failed")
        self._run("scenarios", codes[0], "Passed", "Rettet.")
        self.staff.go(self.home + "verification/")
        self.staff.press("Approve the tests")
        self._submit_and_approve(3)

    def _run_all(self, page: str) -> list[str]:
        self.lead.go(f"{self.home}{page}/")
        codes = self.lead.page.locator("main .scenarios th a").all_inner_texts()
        self.lead.choose("Everything that is not marked")
        self.lead.press("Record the runs")
        return codes

    def _run(self, page: str, code: str, outcome: str, note: str) -> None:
        self.lead.page.goto(f"{self.lead.address}{self.home}{page}/")
        self.lead.follow(self.lead.page.get_by_role("link", name=code, exact=True))
        self.lead.choose(outcome)
        self.lead.fill("Note", note)
        self.lead.press("Record the run")

    def _open_production(self) -> None:
        self.staff.go(self.home + "verification/")
        self.staff.press("Approve the tests")
        self.staff.go(self.home + "production/")
        for _press in ("it", "and confirm it"):
            self.staff.press("Open production sending")
        self.staff.fill("Environment and account details", "Produksjonsadressen står i dokumentasjonen.")
        self.staff.press("Pass the details on")
        self.lead.go(self.home + "production/")
        self.lead.press("We have the details")

    def milestone_4(self) -> None:
        self.lead.go(self.home + "production-tests/")
        self.lead.choose("Run these scenarios in production")
        self.lead.choose("T07")
        self.lead.press("Save the scope")
        self._digipost_agrees("production-tests", "Agree to this scope")
        self._run_all("production-tests")
        self._submit_and_approve(4)

    def milestone_5(self) -> None:
        self._follow_up()
        self.manager.go(self.home + "launch/")
        self.manager.press("Confirm the launch date")
        self.manager.fill("Number of documents", "120")
        self.manager.press("Record the sending")
        self.manager.choose("Yes, approved by hand")
        self.manager.press("Save the decision")
        self.manager.press("Confirm that it works")
        self.staff.go(self.home + "launch/")
        self.staff.press("Confirm that it works")
        self._submit_and_approve(5)

    def _follow_up(self) -> None:
        self.manager.go(self.home + "follow-ups/")
        self.manager.fill("What is to be followed up", "Reservasjoner håndteres i neste versjon")
        self.manager.press("Add the item")
        self.manager.follow(self.manager.page.locator("main .rows a").first)
        self.manager.fill("Who takes it on", "Terje Teknisk")
        self.manager.fill("Date", "2031-01-01")
        self.manager.press("Propose the deferral")
        self.staff.go(self.home + "follow-ups/")
        self.staff.follow(self.staff.page.locator("main .rows a").first)
        self.staff.press("Accept the deferral")

    def operations(self) -> None:
        self.lead.go(self.home + "operations/")
        self.lead.fill("How the connection is watched", "Måling hvert minutt, varsel til vakt")
        self.lead.fill("Who is told of deviations", "Driftsvakta")
        self.lead.press("Save")
        self.lead.choose("Terje Teknisk")
        self.lead.press("Save the readers")
        self.staff.go("/notices/")
        self.staff.choose("Downtime")
        self.staff.fill("Subject", "Planlagt nedetid lørdag")
        self.staff.fill("Text", "Tjenesten er nede mellom 02 og 04.")
        self.staff.press("Send the notice")
        self.lead.go("/")
        self.lead.follow(self.lead.page.get_by_role("link", name="Planlagt nedetid lørdag"))
        self.lead.press("I have read this")
        self.lead.go(self.home)
        self.lead.sees("All is well")

    def _reminders(self) -> None:
        """Who must act on what was returned is told, and can read why."""
        self.staff.go("/reminders/")
        self.staff.press("See who would get what")
        self.staff.sees("Returned to you: 1")
        for _press in ("it", "and confirm it"):
            self.staff.press("Send today's reminders now")
        while sending.send_batch():
            pass
        self.manager.go("/mail/")
        self.manager.follow(self.manager.page.locator("main .rows a", has_text="task waits for you").first)
        self.manager.sees("was returned: mend what the reason says")
        self.staff.go(f"{self.home}mail/")
        self.staff.select("Person", "Kari Prosjekt")
        self.staff.press("Why, and why not?")
        self.staff.sees("Told today?")

    def _submit_and_approve(self, number: int, *, answer: str = "") -> None:
        self.manager.go(f"{self.home}milestones/{number}/")
        if answer:
            self.manager.fill("What have you done about it?", answer)
        self.manager.press("Submit for approval")
        self.staff.go("/approvals/")
        self.staff.follow(self.staff.page.locator("main .queue a").first)
        self.staff.press("Approve")

    def everything_is_fit_to_be_seen_by(self, person: Person) -> None:
        """Follow every link of the integration, in bokmål, whose words are longer."""
        person.go("/")
        person.page.get_by_role("button", name="Norsk (bokmål)").click()
        todo, done = ["/", "/integrations/", self.home], set()
        while todo:
            path = todo.pop()
            if path in done:
                continue
            done.add(path)
            person.go(path)
            assert person.status == 200, path
            links = person.page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.getAttribute('href'))")
            todo += [link for link in links if not re.search(NOT_FOLLOWED, link)]
